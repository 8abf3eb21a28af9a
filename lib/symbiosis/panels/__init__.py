"""Live pictures: controls, a model or data, and one figure."""
