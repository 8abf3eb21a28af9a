"""A deck of slides from the lecture of each notebook, that opens from a file and asks for nothing outside."""
