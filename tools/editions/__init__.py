"""Other ways to read the notebooks, made from what is committed."""
