"""Compile the tidy tables in data/ from the raw inputs (``python -m tools.compile``)."""
