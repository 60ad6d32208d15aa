"""Claim review for oncology coders: derive the coding from the chart, then explain every difference to the bill."""

__version__ = "0.1.0"
