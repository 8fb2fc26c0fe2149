"""Random allocation: reproducible lists, and one patient at a time.

Everything random comes from `stream`, so that a seed and a protocol give the same allocation on every platform and
every version of Python.
"""
