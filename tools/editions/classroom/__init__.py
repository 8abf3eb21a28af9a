"""What a class needs besides the notebooks: an edition for students, and a guide for whoever teaches."""
