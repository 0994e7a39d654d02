import pytest

from commonpress.newsroom.templatetags.body import columns_of_figures, host


def test_columns_of_figures_stand_to_the_right_but_not_the_one_that_names_the_rows():
    lines = [["2024", "Fares", "−86.8", "", "12 %"], ["2025", "3 boats", "€92.40", "", "9 %"]]

    assert columns_of_figures(lines) == {2, 4}
    assert columns_of_figures([]) == set()


def test_an_embed_names_the_site_it_leads_to():
    assert host("https://www.video.example:8000/watch?v=1") == "video.example"
    assert host("https://a.b.example/") == "a.b.example"


@pytest.mark.parametrize(
    ("stored", "shown"), [("http://[yourdomain]/feed", "http://[yourdomain]/feed"), ("not one", "not one"), (None, "")]
)
def test_an_embed_whose_address_is_none_still_shows_its_page(stored, shown):
    assert host(stored) == shown
