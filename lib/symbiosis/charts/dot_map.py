"""The former place of the dot map; use symbiosis.charts.maps."""

from symbiosis.charts.maps import draw_dot_map, fan_out

__all__ = ["draw_dot_map", "fan_out"]
