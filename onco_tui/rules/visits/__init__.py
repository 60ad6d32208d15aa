"""Rules on visits: evaluation and management services."""
