"""Rules about the claim form itself: what any payer refuses before it reads the services."""
