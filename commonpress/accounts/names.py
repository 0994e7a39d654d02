"""What a name looks like, and whether it hides something.

Two names are the same to a reader when their skeletons are: case, accents, spaces, marks, invisible characters and
look-alike letters removed. The idea is that of Unicode's TR39; its table of confusables is not used whole: it keeps
"l" and "1" apart from "I" in places, and we would rather take one name too many for a borrowed one.
"""

import unicodedata
from functools import lru_cache

# Capitals that look like another letter than their small ones do, and what is taken for another one in making letters plain.
CAPITALS = str.maketrans(
    {"Η": "h", "Ν": "n", "Υ": "y", "Ζ": "z", "Ⲏ": "h", "Ⲛ": "n", "Ⲍ": "z", "Ⲩ": "y", "Ս": "u", "ϲ": "c", "Ϲ": "c"}
)

# Letters of other scripts, digits and signs that pass for a Latin letter at reading size. Latin letters of every
# kind are known by their Unicode names.
LOOK_ALIKES = str.maketrans(
    {
        like: letter
        for letter, likes in {
            "a": "аα@4ⲁꓮꭺᎪᗅ",
            "b": "ьвβ6ƅᏼᏏꓐⲃᗷ",
            "c": "сϲⲥꓚᏟ匚",
            "d": "ԁđꓓᎠᗞ",
            "e": "еєε3ⲉꓰᎬ℮",
            "f": "ƒꓝϝᖴ",
            "g": "ɡԍցᏀꓖᏳ",
            "h": "һнհħꓧᎻⲏᏂ",
            "i": "іιıl1|!ӏłǀⲓꓲꓡᏞᎥⵏיןו۱١ⅼ丨",
            "j": "јϳꓙᎫ",
            "k": "кκⲕꓗᏦ",
            "m": "мμⲙꓟᎷ",
            "n": "ηпոⲛꓠℕ",
            "o": "оοօ0øᎤⲟꓳס०੦૦௦౦೦൦๐໐၀٥۵ჿⵔㅇ〇",
            "p": "рρⲣꓑᏢ",
            "q": "ԛգႳ",
            "r": "гꓣᎡⲅᏒ",
            "s": "ѕ5$ꓢᏚտႽ",
            "t": "тτŧⲧꓔᎢ十",
            "u": "υսцꓴᑌ",
            "v": "νѵꓦᏙ٧",
            "w": "ԝшωꓪᎳⲱա",
            "x": "хχⲭꓫ",
            "y": "уγүⲩꓬᎩ",
            "z": "ᏃⲍꓜՀ",
        }.items()
        for like in likes
    }
)
PAIRS = (("rn", "m"), ("vv", "w"))
# They count as letters, and nothing is seen of them.
FILLERS = "\u115f\u1160\u3164\uffa0\u17b4\u17b5"
# One letter may stand for eighteen.
LONGEST = 200
BOXED = {
    "REGIONAL INDICATOR SYMBOL LETTER",
    "NEGATIVE CIRCLED LATIN CAPITAL LETTER",
    "NEGATIVE SQUARED LATIN CAPITAL LETTER",
    "CROSSING NEGATIVE SQUARED LATIN CAPITAL LETTER",
}
# Alphabets whose letters pass for each other; nobody's name has two of them in one word.
ALPHABETS = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "GEORGIAN", "LISU", "HEBREW", "ARABIC")


# A paper has the same names at every comment; three thousand of them take 50 ms to work out.
@lru_cache(maxsize=20_000)
def skeleton(name: str) -> str:
    """Return what a name looks like, for comparing; empty when nothing readable is left.

    Skeletons are stored (`ProtectedName`): who changes them has them worked out anew (`actions/names.py`).
    """
    # Letters for mathematics and the like become plain ones, capitals among them, only here.
    plain = unicodedata.normalize("NFKD", _letters_of_signs(name.translate(CAPITALS))).translate(CAPITALS).casefold()
    plain = unicodedata.normalize("NFKD", plain).translate(LOOK_ALIKES)
    plain = "".join(_latin_of(character) for character in plain)
    plain = "".join(character for character in plain if character.isalnum() and character not in FILLERS)
    # The same again for what stands for several letters.
    plain = plain.translate(LOOK_ALIKES)
    for pair, letter in PAIRS:
        plain = plain.replace(pair, letter)
    return plain[:LONGEST]


def mixes_alphabets(name: str) -> bool:
    """Tell whether a word of the name has letters of two alphabets, as no name has but one that is borrowed."""
    return any(len(_alphabets_in(word)) > 1 for word in unicodedata.normalize("NFKC", name).split())


def _alphabets_in(word: str) -> set[str]:
    names = (unicodedata.name(character, "") for character in word if character.isalpha())
    return {alphabet for name in names for alphabet in ALPHABETS if name.startswith(alphabet)}


def _letters_of_signs(name: str) -> str:
    """Return a name with letters in boxes and circles, and those flags are made of, as letters."""
    return "".join(_boxed(character) or character for character in name)


def _boxed(character: str) -> str:
    if unicodedata.category(character) != "So":
        return ""
    kind, _space, letter = unicodedata.name(character, "").rpartition(" ")
    return letter if len(letter) == 1 and kind in BOXED else ""


def _latin_of(character: str) -> str:
    """Return the plain letter or letters a Latin one of any kind stands for, by its Unicode name."""
    if character.isascii():
        return character
    name = unicodedata.name(character, "")
    if not name.startswith("LATIN "):
        return character
    # As in "LATIN SMALL LETTER B WITH TOPBAR", "LATIN LETTER SMALL CAPITAL R", "LATIN SMALL LETTER TURNED A".
    base = name.partition(" WITH ")[0].split()[-1]
    if len(base) <= 2 and base.isalpha():
        return base.lower()
    return {"DOTLESS": "i", "ALPHA": "a", "IOTA": "i", "UPSILON": "u", "ESH": "s", "ETH": "d", "OPEN": "e"}.get(
        base, character
    )


# What readers take for somebody who works here, in the languages we speak.
NAMES_OF_STAFF = frozenset(
    skeleton(name)
    for name in (
        "admin", "administrator", "author", "editor", "editors", "the editors", "editorial team", "moderator",
        "moderators", "newsroom", "owner", "publisher", "staff", "administratorin", "autor", "autorin", "herausgeber",
        "herausgeberin", "moderatorin", "moderation", "redakteur", "redakteurin", "redaktion", "die redaktion", "verlag",
    )
)  # fmt: skip
