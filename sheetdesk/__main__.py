"""`python -m sheetdesk`."""

from sheetdesk.cli import main

main()
