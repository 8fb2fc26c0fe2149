"""One module per verb; each offers `command`, a click command that returns the exit code."""
