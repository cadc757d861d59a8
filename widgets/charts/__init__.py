"""Trends on the screen."""

from widgets.charts.daychart import DayChart

__all__ = ["DayChart"]
