"""WordPress texts as the blocks of a story's body."""

import pytest

from commonpress.exchange.content import blocks
from commonpress.exchange.pictures import Pictures
from commonpress.exchange.report import Report
from commonpress.exchange.shortcodes import expand

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
        (
            "<table><caption>Fares</caption><tr><td>1<br>2</td><td><ul><li>a</li><li>b</li></ul></td><td>x|y</td></tr></table>",
            [("table", {"caption": "Fares", "has_head": False, "rows": "1 2 | a b | x\u2502y"})],
        ),
        ("<p>H<sub>2</sub>O, 10<sup>6</sup></p>", [("paragraph", "<p>H<sub>2</sub>O, 10<sup>6</sup></p>")]),
        ("<p><del>old</del> <ins>new</ins></p>", [("paragraph", "<p><s>old</s> new</p>")]),
        ("<pre>one<br>two\n  three</pre>", [("paragraph", "<p>one<br>two<br>&nbsp;&nbsp;three</p>")]),
        (
            "<pre><code>if x:\n\ty()</code></pre>",
            [("paragraph", "<p><code>if x:<br>&nbsp;&nbsp;&nbsp;&nbsp;y()</code></p>")],
        ),
        ("<h2>One<br>two</h2>", [("heading", "One two")]),
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


@pytest.mark.parametrize(
    "code",
    [
        "[gallery_slider id=3]",
        "[audiojungle href=https://a.example/1]",
        "[videoplayer id=1]",
        "[embedded x=https://a.example/]",
    ],
)
def test_another_plug_ins_code_that_only_begins_like_one_of_ours_stays_in_the_text(code):
    assert body(code) == [("paragraph", f"<p>{code}</p>")]


@pytest.mark.parametrize(
    ("code", "address"),
    [
        ("[youtube=https://video.example/3]", "https://video.example/3"),
        ("[youtube]https://video.example/6[/youtube]", "https://video.example/6"),
        ('[tweet width="300"] https://news.example/7?a=1&amp;b=2 [/tweet]', "https://news.example/7?a=1&b=2"),
        ("[vimeo]123[/vimeo]", "https://vimeo.com/123"),
        ("[youtube abc-1]", "https://www.youtube.com/watch?v=abc-1"),
        ('[video src="https://video.example/4"][/video]', "https://video.example/4"),
        ("[embed width=300] https://video.example/5 [/embed]", "https://video.example/5"),
    ],
)
def test_a_players_code_becomes_an_embed(code, address):
    assert [value["url"] for _name, value in body(code)] == [address]


def test_a_caption_that_never_ends_takes_nothing_of_the_next_one():
    found = body('[caption id="a"]Lost.\n\n[caption id="attachment_32"]<img src="x.jpg" /> The quay[/caption]')

    assert found == [("paragraph", '<p>[caption id="a"]Lost.</p>'), ("photo", {"photo": 2, "caption": "The quay"})]


@pytest.mark.parametrize("mark", ["[caption]", "[caption ", "[gallery ", "[embed]", "[audio ", "[audio x", "a="])
def test_a_hundred_thousand_marks_without_an_end_are_text(mark):
    text = mark * 100_000

    assert expand(text, Report()) == text


def test_a_hundred_thousand_comments_without_an_end_hide_what_follows_them():
    assert body("Seen. " + "<!-- " * 100_000) == [("paragraph", "<p>Seen.</p>")]


def test_a_missing_picture_is_named_in_the_text_and_in_the_report():
    report = Report()

    found = body('<img src="/up/gone.jpg" alt="A ship">', report)

    assert found == [("paragraph", "<p><i>[Picture missing: A ship]</i></p>")]
    assert (report.missing, report.notes) == ({"gone.jpg": 1}, [])


def test_a_picture_shown_at_two_sizes_is_missing_under_one_name():
    report = Report()

    body('<img src="/up/gone.jpg?w=604"><img src="/up/gone.jpg">', report)

    assert report.missing == {"gone.jpg": 2}


def test_a_list_that_goes_on_counting_is_named():
    report = Report()

    found = body('<ol start="1"><li>a</li></ol><ol start="4"><li>d</li></ol>', report)

    assert found == [("paragraph", "<ol><li>a</li></ol><ol><li>d</li></ol>")]
    assert report.dropped == {"lists that begin with another number than 1": 1}
    assert report.notes == ["“A story”: a list began with another number than 1; it begins with 1 now."]


def test_ten_thousand_nested_elements_keep_their_words():
    text = "<div>" * 10_000 + "deep" + "</div>" * 10_000

    assert body(text) == [("paragraph", "<p>deep</p>")]
