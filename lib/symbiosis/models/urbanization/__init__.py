"""Urbanization: how the urban share runs."""
