"""One function per figure, one shared style."""
