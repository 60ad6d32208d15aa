"""Screens and widgets of the review app. They draw what ``present`` says and act through ``review``; nothing else."""
