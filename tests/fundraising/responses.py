"""What a page says, as words in a row."""

import re


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def in_main(response):
    return text_of(response).split("<main")[1].split("</main")[0]
