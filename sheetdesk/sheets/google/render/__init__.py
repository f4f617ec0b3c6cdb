"""A SheetPlan in the words of the Sheets API: one module a kind of thing that a spreadsheet has."""
