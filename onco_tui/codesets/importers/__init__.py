"""Readers of the files a practice downloads from CMS, one module a kind; each is found from what the file holds."""
