"""Migration: who moves to the city, and at what cost."""
