"""What a code means on a date of service, and what payers ask: reference data, read once, never changed by a review."""
