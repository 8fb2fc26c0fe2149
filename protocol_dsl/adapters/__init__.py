"""Patients in: files of other programs become records in the form the reader of patient records takes.

Every source is read as a stream, one patient at a time. What is no patient data at all (a broken line, a
missing column) raises `BadPatients`; data not understood is counted in `Remarks` and taken as unknown.
"""
