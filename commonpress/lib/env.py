"""The environment, read once at start and refused loudly when wrong.

Every setting may also be given as a file: COMMONPRESS_SECRET_KEY_FILE=/run/secrets/key
stands for COMMONPRESS_SECRET_KEY. Only this module and settings.py read the environment.
"""

import os
import re
from pathlib import Path

SITE = re.compile(r"https?://(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::(?:[0-9]{1,5}|\*))?")


class WrongSetting(Exception):
    """A setting's value cannot be used; the message says what to write instead."""


def text(name: str, default: str = "") -> str:
    if name in os.environ:
        return os.environ[name].strip()
    if f"{name}_FILE" in os.environ:
        path = Path(os.environ[f"{name}_FILE"])
        try:
            return path.read_text().strip()
        except OSError as error:
            raise WrongSetting(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from error
    return default


def insist(name: str, value: str) -> None:
    """Set a variable for this process and those it starts; what an argument says counts more."""
    os.environ[name] = value


def suggest(name: str, value: str) -> None:
    """Set a variable unless it is given, directly or as a file."""
    if name not in os.environ and f"{name}_FILE" not in os.environ:
        os.environ[name] = value


def with_variables(**variables: str) -> dict[str, str]:
    """Return this process's environment with some variables more, for a process it starts."""
    return {**os.environ, **variables}


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated setting as a list without empty members."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def sites(name: str) -> list[str]:
    """Return a list of sites as browsers' policies name them; a star may stand for the first part of a name, or the port."""
    for word in words(name):
        if not SITE.fullmatch(word):
            raise WrongSetting(f"{name} holds {word!r}; write each site as in https://blog.example, without a path.")
    return words(name)


def flag(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if value == "":
        return default
    if value in {"1", "yes", "true", "on"}:
        return True
    if value in {"0", "no", "false", "off"}:
        return False
    raise WrongSetting(f"{name} is {value!r}; write yes or no.")


def number(name: str, default: int) -> int:
    value = text(name)
    if value == "":
        return default
    try:
        return int(value)
    except ValueError:
        raise WrongSetting(f"{name} is {value!r}; write a whole number.") from None
