"""A helpdesk behind a shared ticket sheet."""
