"""What a workbook that a team already has is like: start reading at `whole`."""
