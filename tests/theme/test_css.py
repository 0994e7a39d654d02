import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find

from commonpress.theme.css import JoinedStylesheet, component_files, minified, paper_css


@pytest.mark.parametrize(
    ("css", "tight"),
    [
        ("a {\n  color: red;\n}\n", "a{color:red}"),
        ("/* why */ a > b , c { margin: 0 auto }", "a>b,c{margin:0 auto}"),
        ("a { width: calc(1px + 2px - 3px) }", "a{width:calc(1px + 2px - 3px)}"),
        ("nav :first-child { top: 0 }", "nav :first-child{top:0}"),
        ('a::before { content: "a  /* b */  ; }" }', 'a::before{content:"a  /* b */  ; }"}'),
        ("@media (min-width: 48em) and (hover) { a { b: c } }", "@media (min-width:48em) and (hover){a{b:c}}"),
    ],
)
def test_a_stylesheet_is_made_smaller_and_means_the_same(css, tight):
    assert minified(css) == tight


def test_tokens_come_first_and_print_comes_last():
    names = [path.name for path in component_files()]

    assert names[0] == "tokens.css"
    assert names[-1] == "print.css"
    assert {"story.css", "meter.css"} < set(names)


def test_the_paper_has_one_stylesheet_and_the_finder_has_it():
    found = find("theme/css/paper.css")

    assert Path(found).read_text(encoding="utf-8") == paper_css()


def test_two_processes_that_write_the_stylesheet_at_once_both_end_well(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    write, processes = Path.write_text, iter([1, 2])
    monkeypatch.setattr("os.getpid", lambda: next(processes))
    others = []

    def write_and_be_overtaken(path, text, **options):
        write(path, text, **options)
        monkeypatch.setattr(Path, "write_text", write)
        others.append(JoinedStylesheet().written())

    monkeypatch.setattr(Path, "write_text", write_and_be_overtaken)

    mine = JoinedStylesheet().written()

    assert others == [mine]
    assert [path.name for path in (mine / "theme" / "css").iterdir()] == ["paper.css"]


def test_the_stylesheet_weighs_no_more_than_ten_kilobytes():
    assert len(gzip.compress(paper_css().encode(), 9)) <= 10_240


def test_colours_and_type_sizes_come_from_the_tokens():
    """Given every component, then no colour stands in one but those of the tokens and of print."""
    loose = {
        path.name: found
        for path in component_files()
        if path.name not in {"tokens.css", "print.css"}
        and (found := re.findall(r"#[0-9a-f]{3,8}\b(?![^{]*\{)|\brgba?\(|\bhsla?\(", path.read_text()))
    }

    assert loose == {}


def test_nothing_is_fetched_from_elsewhere():
    addresses = re.findall(r"url\(([^)]*)\)|@import", paper_css())

    assert [address for address in addresses if "../fonts/" not in address] == []


def test_there_are_no_shadows_gradients_or_round_corners():
    rounded = [radius for radius in re.findall(r"border-radius:([^;}]*)", paper_css()) if radius not in {"0", "50%"}]

    assert rounded == []
    assert not re.search(r"box-shadow|text-shadow|gradient\(", paper_css())


def test_every_layer_is_declared_before_it_is_used():
    css = paper_css()

    declared = css.split(";", 1)[0]
    assert declared == "@layer reset,tokens,base,layout,components,print"
    assert set(re.findall(r"@layer ([a-z]+)\{", css)) <= set(declared.removeprefix("@layer ").split(","))
