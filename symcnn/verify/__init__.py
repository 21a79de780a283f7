"""Nobody has to believe us: an oracle that counts, strategies that draw, a checker that compares."""
