"""Load reference data: the topics, dimensions, units, metrics and places that pledges refer to.

`fixtures/` has those that are shipped. A record can add its own, in files of the same names.
"""
