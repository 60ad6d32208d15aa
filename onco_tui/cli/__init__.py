"""The commands: thin, through the same review verbs as the screen. Importing them must not import the screen."""
