"""Widgets that draw rows line by line and repaint only what changed."""
