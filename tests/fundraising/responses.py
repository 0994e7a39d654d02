"""What a screen of the desk says, as words in a row."""

import re


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())
