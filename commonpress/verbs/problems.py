class Problem(Exception):
    """What keeps a verb from doing its work, in a sentence that says what to do."""
