"""Symbiosis: urbanization and rural revitalization, one argument taken seriously enough to run it."""

__version__ = "0.2.0"
