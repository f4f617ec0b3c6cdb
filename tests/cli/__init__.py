"""The command line, spoken to as a shell would."""
