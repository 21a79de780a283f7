"""What can be asked of a network, one file per verb."""
