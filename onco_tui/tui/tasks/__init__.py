"""What a pane does while the coder types or chooses: edit a line, order diagnoses, give a reason, confirm."""
