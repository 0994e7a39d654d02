import os
import re

import pytest

from commonpress.lib import env
from tests.databases import ROOT


@pytest.mark.parametrize(("value", "flag"), [("yes", True), ("1", True), ("No", False), ("off", False), ("", True)])
def test_a_flag_says_yes_or_no_and_is_otherwise_as_it_was(monkeypatch, value, flag):
    monkeypatch.setenv("COMMONPRESS_X", value)

    assert env.flag("COMMONPRESS_X", default=True) is flag


@pytest.mark.parametrize(
    "read", [lambda: env.flag("COMMONPRESS_X", default=True), lambda: env.number("COMMONPRESS_X", 1)]
)
def test_a_wrong_value_is_refused_by_name(monkeypatch, read):
    monkeypatch.setenv("COMMONPRESS_X", "perhaps")

    with pytest.raises(env.WrongSetting, match="COMMONPRESS_X is 'perhaps'"):
        read()


def test_a_value_may_stand_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("secret\n")
    monkeypatch.setenv("COMMONPRESS_X_FILE", str(tmp_path / "key"))

    assert env.text("COMMONPRESS_X") == "secret"


def test_a_file_that_is_missing_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("COMMONPRESS_X_FILE", str(tmp_path / "nothing"))

    with pytest.raises(env.WrongSetting, match="COMMONPRESS_X_FILE"):
        env.text("COMMONPRESS_X")


def test_a_suggestion_yields_to_what_is_given(monkeypatch):
    monkeypatch.setenv("COMMONPRESS_X", "given")
    monkeypatch.setenv("COMMONPRESS_Y", "to be taken back after the test")
    del os.environ["COMMONPRESS_Y"]

    env.suggest("COMMONPRESS_X", "suggested")
    env.suggest("COMMONPRESS_Y", "suggested")

    assert (env.text("COMMONPRESS_X"), env.text("COMMONPRESS_Y")) == ("given", "suggested")


def test_the_operators_manual_names_every_setting_and_its_default():
    manual = (ROOT / "docs" / "operators" / "configuration.md").read_text()
    settings = (ROOT / "commonpress" / "settings.py").read_text()
    described = dict(re.findall(r"^\| `(COMMONPRESS_\w+)` \| ([^|]*) \|", manual, re.MULTILINE))
    read = dict(re.findall(r"env\.\w+\(\s*\"(COMMONPRESS_\w+)\"(?:, (?:default=)?([^)]+))?\)", settings))

    assert set(described) == set(read)
    for name, default in read.items():
        plain = default.strip('"')
        if plain.isdigit() or plain.isupper():
            assert described[name] == f"`{plain}`", name
        if plain in {"True", "False"}:
            assert described[name] == ("`yes`" if plain == "True" else "`no`"), name


def test_nothing_else_reads_the_environment():
    reading = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "commonpress").rglob("*.py")
        if re.search(r"os\.(environ|getenv)|env\.(text|words|flag|number)\(", path.read_text())
    ]

    allowed = {
        "commonpress/lib/env.py",
        "commonpress/settings.py",
        "commonpress/verbs/data_folder.py",
        "commonpress/verbs/chromium.py",  # for developers; the publication knows nothing of it
    }
    assert set(reading) - allowed == set()


@pytest.mark.parametrize(
    "site",
    ["*", "blog.example", "https://blog.example/", "https://a.example; script-src *", "https://*", "javascript:x"],
)
def test_a_site_that_is_no_site_is_refused_with_its_variable(monkeypatch, site):
    monkeypatch.setenv("COMMONPRESS_SITES", f"https://blog.example,{site}")

    with pytest.raises(env.WrongSetting, match="COMMONPRESS_SITES"):
        env.sites("COMMONPRESS_SITES")


def test_sites_are_read_as_a_list(monkeypatch):
    monkeypatch.setenv("COMMONPRESS_SITES", "https://blog.example, http://127.0.0.1:*,https://*.town.example:8443")

    assert env.sites("COMMONPRESS_SITES") == [
        "https://blog.example",
        "http://127.0.0.1:*",
        "https://*.town.example:8443",
    ]
