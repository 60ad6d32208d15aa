"""What the chart supports: the complete, correct lines with their arithmetic in words. Knows no clock and no file."""
