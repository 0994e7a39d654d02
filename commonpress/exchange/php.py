"""PHP's serialize() format, as far as WordPress stores counts in it."""

import re

PAIR = re.compile(r's:\d+:"(?P<key>[a-z_]{1,40})";(?:i:(?P<number>-?\d{1,12})|s:\d+:"(?P<digits>-?\d{1,12})");')


def counts(serialised: str) -> dict[str, int]:
    """Return the whole numbers of a serialised flat array by their keys; anything else is passed over.

    Not a deserialiser, on purpose: objects in such strings are how plug-ins were taken over.
    """
    return {match["key"]: int(match["number"] or match["digits"]) for match in PAIR.finditer(serialised[:10_000])}
