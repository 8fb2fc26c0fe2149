"""What generated checkers import: the reader of records, the reducers, and verdicts. Standard library only."""
