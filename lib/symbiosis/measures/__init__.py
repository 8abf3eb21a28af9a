"""Numbers about places: shares, gaps, concentration, coordination."""
