"""The author's questions in a story's text: marked in the editor, kept in the text, and taken out of what is shown.

A mark is a span around the words asked about, which says the question and whether answers are still wanted. It goes
with its words through drafts, revisions and copies; what readers may do at it is the discussion's business.
"""

import re

LONGEST_QUESTION = 300
MARK = re.compile(r'<span data-ask="([0-9a-f-]{36})"((?:\s+[a-z-]+="[^"]*")*)\s*>(.*?)</span>', re.DOTALL)


def without_marks(source: str) -> str:
    """Return HTML of a story without the marks in it."""
    return MARK.sub(lambda mark: mark[3], source)
