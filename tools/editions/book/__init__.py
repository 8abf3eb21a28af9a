"""The book: the notebooks as pages, lecture first, from their committed outputs."""
