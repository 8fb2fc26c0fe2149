"""Everything the second stage can complain of: N names, T types, units and time, R rules."""
