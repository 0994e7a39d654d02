"""Names that may not be borrowed.

A guest may take any name but one that reads like a colleague's. Two names are the same
when their skeletons are: case, accents, spaces, marks and look-alike letters removed.
"""

import unicodedata

# Letters of other scripts, digits and signs that pass for a Latin letter at reading size.
LOOK_ALIKES = str.maketrans(
    {
        like: letter
        for letter, likes in {
            "a": "аαɑ@4",
            "b": "ьвβ6",
            "c": "сϲ",
            "d": "ԁɗ",
            "e": "еєε3",
            "g": "ɡġ",
            "h": "һнհ",
            "i": "іιıl1|!ӏ",
            "j": "јϳ",
            "k": "кκ",
            "m": "мμ",
            "n": "ηпո",
            "o": "оοօ0ø",
            "p": "рρ",
            "q": "ԛգ",
            "s": "ѕ5$",
            "t": "тτ",
            "u": "υսц",
            "v": "νѵ",
            "w": "ԝшω",
            "x": "хχ",
            "y": "уγү",
        }.items()
        for like in likes
    }
)


def skeleton(name: str) -> str:
    """Return what a name looks like, for comparing; empty when nothing readable is left."""
    plain = unicodedata.normalize("NFKD", name.casefold()).translate(LOOK_ALIKES).replace("rn", "m")
    return "".join(character for character in plain if character.isalnum())
