"""What is wrong with a claim, why, and how to mend it. Rules are pure: no clock, no file, no database."""
