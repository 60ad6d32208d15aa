"""Rules about the diagnoses of a claim: which stands first, and why."""
