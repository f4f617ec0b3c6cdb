"""What stands in the cells of a workbook, read from its parts: start reading at `cells`."""
