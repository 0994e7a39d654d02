"""Names that may not be borrowed.

A guest may take any name but one that reads like a colleague's. Two names are the same
when their skeletons are: case, accents, spaces, marks and look-alike letters removed.
"""

import unicodedata
from functools import lru_cache

# Greek and Cyrillic capitals that look like another letter than their small ones do.
CAPITALS = str.maketrans({"Η": "h", "Ν": "n", "Υ": "y", "Ζ": "z"})

# Letters of other scripts, small capitals, digits and signs that pass for a Latin letter at reading size.
LOOK_ALIKES = str.maketrans(
    {
        like: letter
        for letter, likes in {
            "a": "аαɑ@4ᴀ",
            "b": "ьвβ6ʙ",
            "c": "сϲᴄ",
            "d": "ԁɗđᴅ",
            "e": "еєε3ᴇ",
            "f": "ƒꜰ",
            "g": "ɡġɢ",
            "h": "һнհħʜ",
            "i": "іιıl1|!ӏłɪʟ",
            "j": "јϳᴊ",
            "k": "кκᴋ",
            "m": "мμᴍ",
            "n": "ηпոɴ",
            "o": "оοօ0øᴏ",
            "p": "рρᴘ",
            "q": "ԛգ",
            "r": "гʀ",
            "s": "ѕ5$ꜱ",
            "t": "тτŧᴛ",
            "u": "υսцᴜ",
            "v": "νѵᴠ",
            "w": "ԝшωᴡ",
            "x": "хχ",
            "y": "уγүʏ",
            "z": "ᴢ",
        }.items()
        for like in likes
    }
)
PAIRS = (("rn", "m"), ("vv", "w"))


# A paper has the same names at every comment; three thousand of them take 50 ms to work out.
@lru_cache(maxsize=20_000)
def skeleton(name: str) -> str:
    """Return what a name looks like, for comparing; empty when nothing readable is left."""
    # Letters for mathematics and the like become plain ones, capitals among them, only here.
    plain = unicodedata.normalize("NFKD", name).translate(CAPITALS).casefold()
    plain = unicodedata.normalize("NFKD", plain).translate(LOOK_ALIKES)
    plain = "".join(character for character in plain if character.isalnum())
    for pair, letter in PAIRS:
        plain = plain.replace(pair, letter)
    return plain
