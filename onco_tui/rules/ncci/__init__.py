"""Rules on Medicare's NCCI edits: pairs of codes that bundle, unit limits, add-on codes."""
