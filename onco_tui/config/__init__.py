"""The coder's config file: where it is, what may stand in it, what is wrong with it. Read whole or not at all."""
