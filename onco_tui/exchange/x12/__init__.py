"""X12: tokens, envelopes, and the 837 professional claim read into encounters."""
