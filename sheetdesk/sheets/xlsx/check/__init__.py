"""What is wrong with a written .xlsx that no schema can see: start reading at `whole`."""
