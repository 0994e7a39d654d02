"""Sessions of people: ended when a person leaves or comes to work here, and kept without an address.

allauth lists a person's browsers from rows of its own, one beside each session.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models.signals import pre_save
from django.dispatch import receiver

from commonpress.accounts.models import Person

NOWHERE = "0.0.0.0"  # noqa: S104  what allauth's column takes for an address that is not kept
# The first that is in the browser's own line wins: each names those it descends from too.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def end_sessions(*people: Person) -> None:
    """End every session in which one of these people is signed in, or has begun to sign in.

    Reads all sessions there are: what is in one is known only when it is opened. Done seldom.
    """
    keys = {str(person.pk) for person in people}
    theirs = [
        session.session_key
        for session in Session.objects.iterator()
        if not keys.isdisjoint(people_in(session.get_decoded()))
    ]
    Session.objects.filter(session_key__in=theirs).delete()
    UserSession.objects.filter(user__in=people).delete()


def people_in(session: dict[str, Any]) -> set[str]:
    """Return the keys of whom a session names: as signed in, or in a step of allauth's on the way there."""
    steps = [session.get(name) or {} for name in ("account_login", "account_email_verification_code")]
    found = {session.get(SESSION_KEY), session.get("account_authentication_methods_user")}
    found |= {step.get(name) for step in steps for name in ("user_pk", "user_id")}
    return {key for key in found if key}


def forget_ended(now: datetime) -> None:
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def browser_words(user_agent: str) -> str:
    """Return what its owner knows a browser by, as in "Firefox, Linux"; empty for one we do not know."""
    kinds = (BROWSERS, SYSTEMS)
    return ", ".join(found for names in kinds if (found := first_in(user_agent, names)))


def first_in(text: str, names: dict[str, str]) -> str:
    return next((words for mark, words in names.items() if mark in text), "")


@receiver(pre_save, sender=UserSession)
def keep_no_address(instance: UserSession, **signal: Iterable[object]) -> None:
    """Keep where a session was opened to nobody's knowledge, and with what in two words."""
    instance.ip = NOWHERE
    instance.user_agent = browser_words(instance.user_agent)
