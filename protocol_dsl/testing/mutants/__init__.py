"""Protocols with one mistake each, and what tells them from the protocol: examples, or someone's own tests.

`formulas.py` and `features.py` make the mistakes, `whole.py` puts each into a protocol of its own, `judging.py` judges
patients by it, `scoring.py` says which are noticed, `killers.py` finds a patient who would show one that was not, or
that there is none.
"""
