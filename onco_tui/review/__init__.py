"""The verbs: open, check, accept, undo, dismiss, edit, finalize. The screen and the commands both act through these."""
