"""Bank statements: reading them, telling movements that are known already, finding whose pledge they answer. Pure.

See docs/algorithms/statements.md.
"""
