"""Sweeps: many runs of a vectorized model on one core, on all of them, or on a cluster, with the same bits."""
