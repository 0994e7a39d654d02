import json

import pytest
from django.test import Client

from commonpress import api
from commonpress.theme.views import broken
from tests.databases import ROOT
from tests.factories.fundraising import make_drive, make_gift
from tests.factories.newsroom import make_publication

pytestmark = pytest.mark.django_db


def test_the_document_is_at_its_address_and_in_the_docs():
    told = Client().get("/-/api/openapi.json").json()

    # To write it anew: ./run shell -c "import json; from commonpress.api import document;
    # print(json.dumps(document(), indent=1, ensure_ascii=False))" > docs/openapi.json
    assert json.loads((ROOT / "docs" / "openapi.json").read_text()) == told
    assert told["openapi"].startswith("3.")
    operations = [one for methods in told["paths"].values() for one in methods.values()]
    assert sorted(one["operationId"] for one in operations) == [
        "branch", "branch_page", "comment", "meter", "post_comment", "sorted_thread", "thread", "thread_page", "vote",
    ]  # fmt: skip
    assert all("application/problem+json" in one["responses"]["default"]["content"] for one in operations)


def test_every_word_the_document_refers_to_is_in_it():
    told = api.document()

    used = {part for part in json.dumps(told).split('"') if part.startswith("#/components/schemas/")}
    assert {name.rpartition("/")[2] for name in used} <= set(told["components"]["schemas"])


def test_the_meter_is_what_its_own_address_says():
    make_publication()
    make_gift(make_drive(title="Reporting fund"))
    client = Client()

    told = client.get("/-/api/meter/")

    assert told.content == client.get("/meter.json").content
    schema = api.document()["components"]["schemas"]["MeterShown"]
    assert set(schema["properties"]) == set(told.json())


def test_an_unknown_address_and_an_unknown_method_are_problems_too():
    client = Client(enforce_csrf_checks=True)

    unknown = client.get("/-/api/nothing/")
    method = client.delete("/-/api/meter/", headers={"Sec-Fetch-Site": "same-origin"})

    assert (unknown.status_code, unknown["Content-Type"]) == (404, "application/problem+json")
    assert unknown.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Nothing stands at this address. It may have been typed wrong, or the link that led here is old.",
    }
    assert (method.status_code, method["Content-Type"], method["Allow"]) == (405, "application/problem+json", "GET")


def test_there_is_no_page_that_would_load_somebody_elses_scripts():
    for address in ("/-/api/", "/-/api/docs/", "/-/api/schema/"):
        assert Client().get(address).status_code == 404


def test_what_breaks_is_a_problem_too(rf):
    answer = broken(rf.get("/-/api/meter/"))

    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert json.loads(answer.content)["detail"].startswith("Something broke on our side")
