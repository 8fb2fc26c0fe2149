"""What happened to patients against what the protocol planned for them. Standard library only."""
