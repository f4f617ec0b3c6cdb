"""The desk files that ship: six trades, each in English and Chinese."""
