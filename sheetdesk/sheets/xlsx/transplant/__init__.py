"""Tabs that were drawn anew, put into a workbook that people have edited since: start reading at `whole`."""
