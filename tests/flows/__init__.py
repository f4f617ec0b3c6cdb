"""Teams that share a workbook: what people do to it, and what sync makes of that."""
