"""What a protocol's criteria come to: can anybody be eligible, what decides, what never does, and on whom."""
