"""The two screens: the worklist and the review of one encounter."""
