"""Words and rows for people: pure functions from the house's values to text with roles. Knows no screen."""
