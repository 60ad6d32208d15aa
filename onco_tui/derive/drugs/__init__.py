"""Drug lines by topic: quantities, billing units, containers, waste, the choice of code, NDC quantities."""
