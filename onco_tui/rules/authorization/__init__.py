"""Rules about prior authorizations and eligibility: whether the payer agreed beforehand, and to what was billed."""
