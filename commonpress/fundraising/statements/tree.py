"""XML from strangers: no document type, no entities, no depth without end, and a line for each element."""

from collections.abc import Iterator
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from commonpress.fundraising.statements.problems import Fault, StatementProblem

# camt.053 is twelve deep.
DEEPEST = 40
MOST_ELEMENTS = 1_000_000
UNCLOSED = {3, 5, 6}  # expat: no element found, unclosed token, partial character


class Element:
    """An element of any namespace, by the last part of its name."""

    __slots__ = ("attributes", "children", "line", "name", "said_in_parts")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name = name
        self.attributes = attributes
        self.line = line
        self.children: list[Element] = []
        # The parser tells text line by line: put together each time, a file of empty lines would take hours.
        self.said_in_parts: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self.said_in_parts)

    def all(self, *path: str) -> "Iterator[Element]":
        """Yield every element at the end of this path of names."""
        name, *rest = path
        for child in self.children:
            if child.name == name:
                yield from child.all(*rest) if rest else (child,)

    def first(self, *path: str) -> "Element | None":
        return next(self.all(*path), None)

    def said(self, *path: str) -> str:
        """Return the text at the end of this path, empty where there is none."""
        found = self.first(*path)
        return found.text.strip() if found is not None else ""


class Builder:
    """What the parser tells; keeps no more than DEEPEST open and MOST_ELEMENTS in all."""

    def __init__(self) -> None:
        self.parser: Any = None
        self.root: Element | None = None
        self.namespace = ""
        self.open: list[Element] = []
        self.count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        self.count += 1
        if len(self.open) >= DEEPEST or self.count > MOST_ELEMENTS:
            raise StatementProblem("too_deep", line=line)
        namespace, _brace, name = tag.rpartition("}")
        element = Element(name, attributes, line)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root, self.namespace = element, namespace.removeprefix("{")
        self.open.append(element)

    def data(self, text: str) -> None:
        self.open[-1].said_in_parts.append(text)

    def end(self, tag: str) -> None:
        self.open.pop()

    def close(self) -> None:
        return None


def read_tree(raw: bytes) -> tuple[Element, str]:
    """Return the root and its namespace.

    Raises StatementProblem for what is no XML, ends too soon, or brings more than data.
    """
    builder = Builder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.parser = parser.parser
    try:
        parser.feed(raw)
        parser.close()
    except ParseError as error:
        fault: Fault = "truncated" if error.code in UNCLOSED else "broken_xml"
        raise StatementProblem(fault, line=error.position[0]) from None
    except DefusedXmlException:
        raise StatementProblem("dtd") from None
    except (LookupError, ValueError, UnicodeError) as error:
        if isinstance(error, StatementProblem):
            raise
        # The XML names an encoding that Python does not know, or that expat cannot use.
        raise StatementProblem("encoding") from None
    assert builder.root is not None  # or the parser had found no element
    return builder.root, builder.namespace
