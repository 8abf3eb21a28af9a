"""Estimators: what data say about a claim, with uncertainty."""
