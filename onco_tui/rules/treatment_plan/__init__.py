"""Rules on the treatment plan: whether it stands, and whether the visit follows it."""
