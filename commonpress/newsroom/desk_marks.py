"""How an author marks words and asks about them, in the editor; what is kept of it says marks.py."""

from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _
from draftjs_exporter.dom import DOM
from wagtail.admin.rich_text.converters.html_to_contentstate import InlineEntityElementHandler
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.rich_text.feature_registry import FeatureRegistry

from commonpress.newsroom.marks import LONGEST_QUESTION

FEATURE, ENTITY = "ask", "ASK"
TEXTS = {
    "heading": _("Ask readers about these words"),
    "question": _("Your question"),
    "open": _("Answers are wanted"),
    "ask": _("Ask"),
    "remove": _("Take the question away"),
    "cancel": _("Cancel"),
    "nothing": _("Mark the words you want to ask about first."),
    "taken": _("There is a link or another question in these words. Please mark others, or take it away first."),
}


class AskElementHandler(InlineEntityElementHandler):
    """Reads a mark from the stored text for the editor."""

    mutability = "MUTABLE"

    def __init__(self) -> None:
        super().__init__(ENTITY)

    def get_attribute_data(self, attrs: dict[str, str]) -> dict[str, Any]:
        return {
            "id": attrs.get("data-ask", ""),
            "question": attrs.get("data-question", ""),
            "isOpen": attrs.get("data-open") != "0",
        }


def as_span(props: dict[str, Any]) -> Any:
    """Return a mark from the editor as it is stored; what a browser sends is not taken for granted."""
    about = {
        "data-ask": _id_of(props.get("id")),
        "data-question": str(props.get("question") or "")[:LONGEST_QUESTION],
        "data-open": "0" if props.get("isOpen") is False else "1",
    }
    return DOM.create_element("span", about, props["children"])


def _id_of(given: Any) -> str:
    try:
        return str(UUID(str(given)))
    except ValueError:
        return str(uuid4())


def register(features: FeatureRegistry) -> None:
    about = {"type": ENTITY, "icon": "help", "description": _("Ask readers about the marked words"), "texts": TEXTS}
    features.register_editor_plugin(
        "draftail",
        FEATURE,
        EntityFeature(about, js=["newsroom/js/desk-ask.js"], css={"all": ["newsroom/desk-ask.css"]}),
    )
    features.register_converter_rule(
        "contentstate",
        FEATURE,
        {
            "from_database_format": {"span[data-ask]": AskElementHandler()},
            "to_database_format": {"entity_decorators": {ENTITY: as_span}},
        },
    )
