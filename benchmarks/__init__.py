"""Measurements of the compiler and of what it generates: `python -m benchmarks` lists them.

Every ratio comes from one run in which both sides take turns, so that a busy machine slows them alike.
"""
