"""WordPress texts as the blocks of a story's body."""

import pytest

from commonpress.exchange.content import Pictures, blocks
from commonpress.exchange.report import Report

PICTURES = Pictures(by_id={"31": 1, "32": 2}, by_file={"crane": 1, "image-580x300": 3}, of_entry=[1, 2])


def body(text: str, report: Report | None = None):
    return blocks(text, PICTURES, report or Report(), title="A story")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("One.\n\nTwo,\nstill two.", [("paragraph", "<p>One.</p><p>Two,<br>still two.</p>")]),
        ("<h2>Later</h2>\nText", [("heading", "Later"), ("paragraph", "<p>Text</p>")]),
        (
            "<!-- wp:paragraph -->\n<p>Block\neditor</p>\n<!-- /wp:paragraph -->",
            [("paragraph", "<p>Block\neditor</p>")],
        ),
        (
            "<blockquote><p>So be it.</p><cite>Mayor</cite></blockquote>",
            [("quote", {"text": "<p>So be it.</p>", "speaker": "Mayor", "context": ""})],
        ),
        ('<img src="/up/crane-300x200.jpg">', [("photo", {"photo": 1, "caption": ""})]),
        ('<img src="/up/image-580x300.jpg">', [("photo", {"photo": 3, "caption": ""})]),
        (
            '[caption id="attachment_32" width="300"]<img src="x.jpg" /> The quay[/caption]',
            [("photo", {"photo": 2, "caption": "The quay"})],
        ),
        (
            '[gallery ids="31,32"]',
            [("gallery", {"title": "", "photos": [{"photo": 1, "caption": ""}, {"photo": 2, "caption": ""}]})],
        ),
        (
            "https://video.example/1",
            [("embed", {"url": "https://video.example/1", "title": "video.example", "note": ""})],
        ),
        (
            '<iframe src="//video.example/2" title="A ferry"></iframe>',
            [("embed", {"url": "https://video.example/2", "title": "A ferry", "note": ""})],
        ),
        (
            "<table><tr><th>Year</th><th>Cranes</th></tr><tr><td>1961</td></tr></table>",
            [("table", {"caption": "", "has_head": True, "rows": "Year | Cranes\n1961 | "})],
        ),
        (
            "<ul><li><strong>a</strong></li><li><em>b</em></li></ul>",
            [("paragraph", "<ul><li><b>a</b></li><li><i>b</i></li></ul>")],
        ),
    ],
)
def test_a_text_becomes_blocks(text, expected):
    assert body(text) == expected


@pytest.mark.parametrize(
    ("hostile", "left"),
    [
        ("<script>alert(1)</script>", []),
        ('<p onclick="alert(1)">x</p>', [("paragraph", "<p>x</p>")]),
        ('<a href="javascript:alert(1)">x</a>', [("paragraph", "<p><a>x</a></p>")]),
        (
            '<p><img src=x onerror="alert(1)"></p>',
            [("paragraph", "<p><i>[Picture missing: x]</i></p>")],
        ),
        ('<iframe src="javascript:alert(1)"></iframe>', []),
        ("[embed]javascript:alert(1)[/embed]", []),
        ("<svg><script>alert(1)</script></svg>", []),
        ('<style>p { background: url("javascript:alert(1)") }</style>', []),
    ],
)
def test_hostile_markup_leaves_nothing_that_runs(hostile, left):
    assert body(hostile) == left


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("http://[yourdomain]/feed", "<p>http://[yourdomain]/feed</p>"),
        ("https://&lt;your-site&gt;/feed", "<p>https://&lt;your-site&gt;/feed</p>"),
        ('<iframe src="http://[x/" title="A ferry"></iframe>', "<p>A ferry http://[x/</p>"),
        ("[embed]http://localhost:port/[/embed]", "<p>http://localhost:port/</p>"),
        ("[youtube http://[x/ ]", "<p>http://[x/</p>"),
        ("<figure>https://nowhere<figcaption>Nowhere</figcaption></figure>", "<p>Nowhere https://nowhere</p>"),
    ],
)
def test_an_address_no_editor_could_enter_stays_in_the_text(text, kept):
    assert body(text) == [("paragraph", kept)]


def test_an_unknown_shortcode_stays_in_the_text_and_is_counted():
    report = Report()

    assert body('[tide_table port="north"]', report) == [("paragraph", '<p>[tide_table port="north"]</p>')]
    assert report.dropped == {"the shortcode [tide_table], left in the text": 1}


def test_a_missing_picture_is_named_in_the_text_and_in_the_report():
    report = Report()

    found = body('<img src="/up/gone.jpg" alt="A ship">', report)

    assert found == [("paragraph", "<p><i>[Picture missing: A ship]</i></p>")]
    assert (report.missing, report.notes) == ({"gone.jpg": 1}, [])


def test_ten_thousand_nested_elements_keep_their_words():
    text = "<div>" * 10_000 + "deep" + "</div>" * 10_000

    assert body(text) == [("paragraph", "<p>deep</p>")]
