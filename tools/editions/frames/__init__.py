"""Panels that answer without a kernel: their pictures and words computed beforehand, and the script that shows them."""
