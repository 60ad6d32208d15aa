"""What the keys of a review do, by topic; the screen keeps the panes, these act on them."""
