"""The command line: thin commands, nothing is computed here."""
