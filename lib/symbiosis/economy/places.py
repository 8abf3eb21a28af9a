"""The axes of the integrated economy: six places and four registrations; ages stand in symbiosis.economy.ages.

Arrays put runs last: people have shape (places, registrations, cohorts, runs). A place is a tier (city, town, village)
of a region (coast, inland); a registration (hukou) is rural or urban, of a region.
"""

from __future__ import annotations

import numpy as np

REGIONS = ("coast", "inland")
PLACES = ("coast city", "coast town", "coast village", "inland city", "inland town", "inland village")
REGISTRATIONS = ("rural coast", "rural inland", "urban coast", "urban inland")

URBAN = np.array([0, 1, 3, 4])
"""Cities and towns among the places: coast city, coast town, inland city, inland town."""
URBAN_REGION = np.array([0, 0, 1, 1])
"""Region of each of these."""
CITIES, TOWNS, VILLAGES = np.array([0, 3]), np.array([1, 4]), np.array([2, 5])
RURAL_REGISTRATIONS, URBAN_REGISTRATIONS = slice(0, 2), slice(2, 4)

ALLOWED = np.array([[place not in VILLAGES or who % 2 == place // 3 for who in range(4)] for place in range(6)])
"""Which registration may live where, shape (places, registrations): of the villages only one's own region's."""
STRANGER = np.array([[place not in VILLAGES and who != 2 + place // 3 for who in range(4)] for place in range(6)])
"""Who lives in a city or town without its registration, shape (places, registrations)."""
