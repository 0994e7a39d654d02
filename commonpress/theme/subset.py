"""Makes the paper's two font files from the open face Source Serif 4.

Run by hand when the face or the letters change, never at start:

    npm pack @fontsource-variable/source-serif-4     (any tool that unpacks the package will do)
    tar xzf fontsource-variable-source-serif-4-*.tgz
    python -m commonpress.theme.subset package

"Source" is a name reserved by its makers for the unchanged font, so what we cut is called Commonpress Serif.
The roman keeps its weight axis from 400 to 700 and has Latin, Latin-1, Latin Extended-A and the marks of
typesetting. The italic is one weight and Latin only: the paper sets single words in it.
"""

import io
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FONTS = Path(__file__).parent / "static/theme/fonts"
FAMILY = "Commonpress Serif"

MARKS = "–—‘’‚“”„…‹›•€−\u2009\u202f′″"
ASCII = set(range(0x20, 0x7F))
LATIN_1 = set(range(0xA0, 0x100)) - {ord(mark) for mark in "¤¦¨¬¯³´¸¹µ\u00ad"}
EXTENDED = set(range(0x100, 0x180)) - {ord(letter) for letter in "ĈĉĊċĔĕĜĝĤĥĨĩĬĭĲĳĴĵĸĿŀŉŎŏŔŕŖŗŦŧŨũŬŭſ"}
ITALIC = (ASCII - {ord(mark) for mark in '#$%*+<=>@[\\]^`{|}~"'}) | {
    ord(mark) for mark in "–—‘’“”„…ÄÖÜäöüßàâçèéêíóúñ«»"
}


def main(package: Path) -> None:
    files = package / "files"
    roman = merged(
        TTFont(files / "source-serif-4-latin-wght-normal.woff2"),
        TTFont(files / "source-serif-4-latin-ext-wght-normal.woff2"),
        EXTENDED,
    )
    italic = TTFont(files / "source-serif-4-latin-wght-italic.woff2")
    letters = ASCII | LATIN_1 | EXTENDED | {ord(mark) for mark in MARKS}
    write(roman, letters, {"wght": (400, 700)}, ["kern", "liga", "tnum"], "serif-roman.woff2")
    write(italic, ITALIC, {"wght": 400}, [], "serif-italic.woff2")
    (FONTS / "LICENSE.txt").write_text((package / "LICENSE").read_text(encoding="utf-8"), encoding="utf-8")


def merged(font: TTFont, more: TTFont, letters: set[int]) -> TTFont:
    """Return `font` with those glyphs of `more` that draw the letters; accents are shared, so they cost little."""
    present = set(font.getGlyphOrder())
    wanted = [glyph for code, glyph in sorted(more.getBestCmap().items()) if code in letters]
    for glyph in closure(more, wanted):
        name = its_name(glyph)
        if name in present:
            continue
        outline = deepcopy(more["glyf"][glyph])
        for part in outline.components if outline.isComposite() else []:
            part.glyphName = its_name(part.glyphName)
        font["glyf"].glyphs[name] = outline
        font["hmtx"].metrics[name] = more["hmtx"][glyph]
        font["gvar"].variations[name] = deepcopy(more["gvar"].variations[glyph])
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        font["glyf"].glyphOrder = font.getGlyphOrder()
        present.add(name)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update({code: glyph for code, glyph in more.getBestCmap().items() if code in letters})
    # Without it the browser reads the widths from gvar, which has those of the new glyphs too.
    del font["HVAR"]
    return font


def its_name(glyph: str) -> str:
    # Both files number their nameless accents from nought, so glyph00163 is not the same drawing in both.
    return f"extended.{glyph}" if glyph.startswith("glyph") else glyph


def closure(font: TTFont, glyphs: list[str]) -> list[str]:
    found: list[str] = []
    for glyph in glyphs:
        outline = font["glyf"][glyph]
        parts = [part.glyphName for part in outline.components] if outline.isComposite() else []
        found += [*closure(font, parts), glyph]
    return list(dict.fromkeys(found))


def write(font: TTFont, letters: set[int], axes: dict[str, Any], features: list[str], name: str) -> None:
    options = Options()
    options.layout_features = features
    options.hinting = False
    options.drop_tables += ["BASE", "STAT"]
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    # The instancer wants a font as read from a file.
    cut = io.BytesIO()
    font.flavor = None
    font.save(cut)
    cut.seek(0)
    font = instancer.instantiateVariableFont(TTFont(cut), axes)
    for record in font["name"].names:
        if record.nameID == 1:
            record.string = FAMILY
    font.flavor = "woff2"
    font.save(FONTS / name)
    print(f"{name}: {(FONTS / name).stat().st_size:,} bytes, {len(font.getGlyphOrder())} glyphs")  # noqa: T201  a tool's answer


if __name__ == "__main__":
    main(Path(sys.argv[1]))
