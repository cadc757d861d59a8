"""Trends: lanes of lines over local time, cursors, comparisons, and a table of the pens."""

from widgets.charts.chart import Chart

__all__ = ["Chart"]
