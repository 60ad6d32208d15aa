"""Rules about what a payer covers: the diagnosis, result and line of therapy a drug or test is for."""
