"""Our SVG codes as images, for another library to read."""

import re

from PIL import Image, ImageDraw

PIXELS = 6


def picture_of(svg):
    """Draw a code of `qr.drawing`: one path of moves (m) and strokes (h) on a grid of modules."""
    return modules_of(svg, int(re.search(r'viewBox="0 0 (\d+)', svg)[1]) // 4)


def picture_of_swiss(svg):
    """Draw a code of `swiss.drawing`: the modules in the middle of a white sheet, and squares over them. 56 mm wide."""
    _sheet, place, modules, squares = re.fullmatch(
        r'<svg class="[^"]+" viewBox="0 0 (56 56)"><rect[^>]+/>'
        r'<svg x="5" y="5" width="(46)" height="46" viewBox="0 0 (\d+) \d+">.*?</svg>(.*)</svg>',
        svg,
    ).groups()
    side = int(place) * 20
    inner = modules_of(svg, int(modules)).resize((side, side), Image.Resampling.NEAREST)
    sheet = Image.new("L", (56 * 20, 56 * 20), 255)
    sheet.paste(inner, (5 * 20, 5 * 20))
    pen = ImageDraw.Draw(sheet)
    for rect in re.findall(r"<rect ([^>]+)/>", squares):
        said = dict(re.findall(r'(\w+)="([^"]+)"', rect))
        x, y, width, height = (float(said[name]) * 20 for name in ("x", "y", "width", "height"))
        pen.rectangle([x, y, x + width, y + height], fill=255 if said["fill"] == "#fff" else 0)
    return sheet


def modules_of(svg, modules):
    image = Image.new("L", (modules, modules), 255)
    (path,) = re.findall(r'class="qrline" stroke="#000" d="([^"]+)"', svg)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        step = [float(number) for number in numbers.split()]
        if command == "M":
            x, y = step
        elif command == "m":
            x, y = x + step[0], y + step[1]
        else:
            for column in range(int(x), int(x + step[0])):
                image.putpixel((column, int(y)), 0)
            x += step[0]
    return image.resize((modules * PIXELS, modules * PIXELS), Image.Resampling.NEAREST)
