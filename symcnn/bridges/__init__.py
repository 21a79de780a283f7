"""Networks for other programs: every layer at given numbers, in the form in which these have it."""
