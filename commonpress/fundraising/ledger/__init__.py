"""The book's only writers, and what checks it. See docs/algorithms/ledger.md.

Everything here runs inside the transaction of whoever calls it.
"""
