import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpress.bench.text import BOMBS
from commonpress.discussion import markup


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Well *said*, **truly**.", "<p>Well <em>said</em>, <strong>truly</strong>.</p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>"),
        ("# not a heading", "<p># not a heading</p>"),
        (
            "![a](https://x.example/a.png)",
            '<p>!<a href="https://x.example/a.png" rel="nofollow ugc noopener noreferrer">a</a></p>',
        ),
        ("~~no~~", "<p><s>no</s></p>"),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
    ],
)
def test_render_knows_a_little_markdown(typed, shown):
    assert markup.render(typed) == shown


def test_a_link_says_that_we_do_not_vouch_for_it():
    text = "see https://town.example/plan"
    html = markup.render(text)

    assert html == (
        '<p>see <a href="https://town.example/plan" rel="nofollow ugc noopener noreferrer">https://town.example/plan</a></p>'
    )


@pytest.mark.parametrize(
    "text",
    [
        "`http://spam.example/x`",
        "    http://10.0.0.1/x",
        "casino.example best",
        "Casino.com",
        "casino.Com",
        "CASINO.COM",
        "see casino.com.Then come back",
        "..casino.com",
        "cheap pills at\nwww.pills.nowhere",
        "write to seller@shop.nowhere",
        "mailto:seller",
        "ftp://files.nowhere",
        "ｃａｓｉｎｏ．ｃｏｍ",
        "бутик.рф",
        "xn--80abc.xn--p1ai",
        "*" * 501 + " https://shop.example",
        "* " * 501 + " shop.example",
        "buy at shop.example " * 61,
    ],
)
def test_an_address_leads_elsewhere_whether_it_is_a_link_or_not(text):
    assert markup.leads_elsewhere(text)


@pytest.mark.parametrize(
    "text",
    [
        "no link, a < b",
        "e.g. this, i.e. that; z. B. and z.B. too, at 9 a.m.",
        "1.5 of 2.0, on 3.6.2021, version 1.2.3",
        "The bridge is closed.Next year it opens.In spring.It is so.To be sure.",
        "Wait ... what?..and then.",
        "M.Sc., Ph.D., U.S.A.",
        "10:30 http: nothing",
        "me@home and @mara",
        "either/or, and/or",
        "* " * 501 + "and nothing else. 1.5 of 2.0 ...",
    ],
)
def test_not_every_dot_leads_elsewhere(text):
    assert not markup.leads_elsewhere(text)


def test_a_text_of_more_lines_than_anyone_writes_keeps_its_lines_and_nothing_else():
    text = "- *one* & <two>\n" * 300 + "\n- three\nfour"

    html = markup.render(markup.clean_text(text))

    assert html.startswith("<p>- *one* &amp; &lt;two&gt;<br>\n- *one*")
    assert html.endswith("</p>\n<p>- three<br>\nfour</p>")


def test_a_poem_of_three_hundred_lines_is_parsed():
    html = markup.render("A *long* poem\n" + "has a great many lines\n" * 299)

    assert html.startswith("<p>A <em>long</em> poem<br>")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:alert(1))",
        "<javascript:alert(1)>",
        '<a href="https://x.example" onclick="alert(1)">x</a>',
        "[x](https://x.example 'a\" onmouseover=alert(1) b')",
        "<svg/onload=alert(1)>",
        "</div><style>*{display:none}</style>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "[a]: javascript:alert(1)\n\n[a]",
        "<iframe srcdoc='<script>alert(1)</script>'>",
    ],
)
@pytest.mark.parametrize("render", [markup.render, markup.render_imported])
def test_hostile_text_is_inert(hostile, render):
    html = render(hostile)

    assert_inert(html)


@given(st.text(alphabet="ab1é٣ .,;:?!'\"()%-\n", max_size=60))
def test_a_text_without_marks_has_the_html_the_parser_makes_of_it(typed):
    text = markup.clean_text(typed)

    assert markup.render(text) == markup.sanitise(markup._markdown.render(text))


@given(st.text(max_size=400))
def test_any_text_is_inert(text):
    assert_inert(markup.render(markup.clean_text(text)))
    assert_inert(markup.render_imported(text))


def assert_inert(html):
    """Parse as a browser does; only our tags may come out, links only of our schemes."""
    import html5lib

    fragment = html5lib.parseFragment(html, namespaceHTMLElements=False)
    for element in fragment.iter():
        if element.tag == "DOCUMENT_FRAGMENT":
            continue
        assert element.tag in markup.TAGS
        assert set(element.attrib) <= {"href", "rel"}
        assert element.attrib.get("href", "https:").split(":")[0] in {"http", "https", "mailto"}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_text_bomb_is_read_in_a_bounded_number_of_steps(bomb):
    """Function calls are counted, the same on every machine; what they cost is measured by `./run bench text`."""
    assert steps_to_post(bomb) < 250_000


def steps_to_post(text):
    steps = 0

    def count(frame, event, argument):
        nonlocal steps
        steps += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        text = markup.clean_text(text)
        markup.render(text)
        markup.leads_elsewhere(text)
    finally:
        sys.setprofile(before)
    return steps


def test_direction_overrides_and_invisible_letters_are_taken_out():
    assert markup.clean_text("a\u202eb\u200bc\x00d\u2066e") == "abcde"
    assert markup.clean_name("  Anna\n\tB\u200b.\u202e ") == "Anna B."


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<h2>Heading</h2>Text", "<p>Heading<br>Text</p>"),
        ("<p>a</p><dl><dt>Title</dt><dd>Definition</dd></dl>", "<p>a</p>Title<br>Definition"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "<p>1 2 <br>3</p>"),
        ("<div><p>a</p></div><DIV>b</DIV>", "<p>a</p>b"),
    ],
)
def test_what_stood_on_lines_of_its_own_does_not_run_together(html, shown):
    assert markup.render_imported(html) == shown


def test_imported_lines_become_paragraphs():
    assert markup.render_imported("One.\nTwo.\n\nThree.") == "<p>One.<br>Two.</p><p>Three.</p>"
