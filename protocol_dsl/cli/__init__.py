"""The command line, `trialc`: one verb per module in `commands`, loaded only when it is called."""
