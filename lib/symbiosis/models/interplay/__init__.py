"""Interplay: what city and countryside do to each other."""
