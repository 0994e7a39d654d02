import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    html = markup.render("see https://town.example/plan")

    assert html == (
        '<p>see <a href="https://town.example/plan" rel="nofollow ugc noopener noreferrer">https://town.example/plan</a></p>'
    )
    assert markup.has_link(html)
    assert not markup.has_link(markup.render("no link, a < b"))


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


@pytest.mark.parametrize(
    "bomb",
    [
        ">" * 10_000,
        "> " * 5_000,
        "[" * 10_000,
        "![" * 5_000,
        "*a_" * 3_333,
        "`" * 9_999,
        "- " * 5_000,
        "[a](" * 2_500,
        "<" * 10_000,
        "a\u0301" * 5_000,
        "~~" * 5_000,
        "http://" * 1_400,
        "a@" * 5_000,
        "&" * 10_000,
        "\n" * 10_000,
        "*" * 10_000,
        "**a " * 2_500,
        "(a" * 5_000,
        "http://a.example/" + "(" * 9_000,
    ],
)
def test_a_text_bomb_costs_no_more_than_a_tenth_of_a_second(bomb):
    began = time.process_time()
    markup.render(markup.clean_text(bomb))

    assert time.process_time() - began < 0.1


def test_direction_overrides_and_invisible_letters_are_taken_out():
    assert markup.clean_text("a\u202eb\u200bc\x00d\u2066e") == "abcde"
    assert markup.clean_name("  Anna\n\tB\u200b.\u202e ") == "Anna B."


def test_imported_lines_become_paragraphs():
    assert markup.render_imported("One.\nTwo.\n\nThree.") == "<p>One.<br>Two.</p><p>Three.</p>"
