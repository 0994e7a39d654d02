from fontTools.ttLib import TTFont

from commonpress.theme.subset import FAMILY, FONTS


def test_the_fonts_together_weigh_no_more_than_forty_kilobytes():
    assert sum(path.stat().st_size for path in FONTS.glob("*.woff2")) <= 40_960


def test_the_roman_has_the_letters_of_the_languages_the_paper_speaks():
    letters = "ÄÖÜßäöü àâçéèêëîïôœùûÿ áéíñóúü¿¡ ąćęłńóśźż ãõ čďěňřšťůž ğİış őű ăâîșț".replace("ș", "ş").replace(
        "ț", "ţ"
    )
    marks = "–—‘’“”„‚…‹›«»€−′″•§©½°"

    drawn = TTFont(FONTS / "serif-roman.woff2").getBestCmap()

    assert [letter for letter in letters + marks if ord(letter) not in drawn] == []


def test_every_letter_is_drawn_with_parts_that_are_there():
    font = TTFont(FONTS / "serif-roman.woff2")
    names = set(font.getGlyphOrder())

    parts = {
        part.glyphName for name in names if font["glyf"][name].isComposite() for part in font["glyf"][name].components
    }

    assert parts <= names


def test_the_roman_has_every_weight_from_400_to_700_under_a_name_that_is_ours():
    font = TTFont(FONTS / "serif-roman.woff2")

    assert [(axis.axisTag, axis.minValue, axis.maxValue) for axis in font["fvar"].axes] == [("wght", 400, 700)]
    assert font["name"].getDebugName(1) == FAMILY


def test_the_licence_lies_beside_the_fonts():
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "LICENSE.txt").read_text().replace("\n", " ")
