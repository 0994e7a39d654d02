"""The verbs of accounts; code imports from the submodules."""
