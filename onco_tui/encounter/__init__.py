"""The nouns: claim, chart documentation, and edits to a claim. Imports nothing of ours."""
