"""From the syntax tree to a network: names, shapes, conditions, measures."""
