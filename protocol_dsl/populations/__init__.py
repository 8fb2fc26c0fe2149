"""Many patients at once: their records as tables, and the engines that judge those."""
