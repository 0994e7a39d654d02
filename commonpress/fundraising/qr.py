"""QR codes as inline SVG. Pure."""

import segno


class TooLong(ValueError):
    """The code would have more modules than those who read it take."""


def made(text: str, *, most_version: int) -> segno.QRCode:
    """Return the code of a text, in UTF-8 and at level M, as every payment code wants it.

    Raises TooLong.
    """
    code = segno.make(text, error="m", boost_error=False, micro=False, encoding="utf-8", eci=False)
    if int(code.version) > most_version:
        raise TooLong(f"The code has version {code.version}, more than {most_version}.")
    return code


def drawing(text: str, *, most_version: int = 40) -> str:
    """Return the code of a text, black on white with the quiet border scanners need.

    Raises TooLong.
    """
    code = made(text, most_version=most_version)
    return str(code.svg_inline(scale=4, border=4, dark="#000", light="#fff", omitsize=True, svgclass="give__qr-code"))
