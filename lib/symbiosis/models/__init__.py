"""Theories as code: one module per theory."""
