"""Leaving the land: why workers leave farming."""
