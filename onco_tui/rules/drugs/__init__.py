"""Drug lines: one comparison of billed with derived lines, told apart into rules a coder knows."""
