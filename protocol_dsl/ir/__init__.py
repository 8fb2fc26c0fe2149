"""The intermediate representation: one small typed program per protocol, read by every back end and analysis.

Nodes are in `facts`, `features`, `formulas`, `numbers`, `schedule` and `protocol`; what is done with them in
`walk`, `invariants`, `pprint`, `to_json`, `schema` and `evaluate` (their meaning, by definition).
"""
