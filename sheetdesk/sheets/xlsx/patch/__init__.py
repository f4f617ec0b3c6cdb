"""Cells of a workbook that people edit, changed, and nothing else in it: start reading at `whole`."""
