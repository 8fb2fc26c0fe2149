"""Runs the schedule of a protocol: planned calendars, and what is to be done next. Standard library only."""
