import pytest

from commonpress.verbs.chromium import NoBrowser, chromium


def test_a_browser_that_is_named_is_taken_and_one_that_is_not_there_refused(monkeypatch, tmp_path):
    browser = tmp_path / "chromium"
    browser.touch(mode=0o755)
    monkeypatch.setenv("COMMONPRESS_CHROMIUM", str(browser))
    taken = chromium()
    monkeypatch.setenv("COMMONPRESS_CHROMIUM", str(tmp_path / "nothing"))

    with pytest.raises(NoBrowser, match=r"nothing, which cannot be run"):
        chromium()

    assert taken == str(browser)
