"""Space: where people live, and what ties places together."""
