"""Rules about clinical trials: the marks of a trial, all of them or none, on the lines they belong to."""
