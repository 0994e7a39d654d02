"""Reading the mail that went into the data folder."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from commonpress.lib.refusals import require

NAME = re.compile(r"\d{8}T\d{6}\.\d{6}-[0-9a-f]{8}")
SHOWN = 200


@dataclass(frozen=True)
class Mail:
    name: str
    to: str
    subject: str
    sent_at: datetime | None
    text: str
    html: str


@require_safe
@never_cache
@login_required
def mail_list(request: HttpRequest) -> HttpResponse:
    require(_may_read_mail(request))
    names = sorted((path.stem for path in _folder().glob("*.eml")), reverse=True)
    mails = [_read(name) for name in names[:SHOWN]]
    return render(request, "notices/mail_list.html", {"mails": mails, "kept": len(names), "folder_in_use": _in_use()})


@require_safe
@never_cache
@login_required
def mail(request: HttpRequest, name: str) -> HttpResponse:
    require(_may_read_mail(request))
    if not NAME.fullmatch(name) or not (_folder() / f"{name}.eml").is_file():
        raise Http404
    return render(request, "notices/mail.html", {"mail": _read(name)})


def _may_read_mail(request: HttpRequest) -> bool:
    """Tell whether this person may read everybody's mail, sign-in codes among it.

    On the demo all staff may: its passwords are in the terminal. Elsewhere the codes would let
    a reporter sign in as the owner, so only who may change people may read them.
    """
    person = request.user
    if settings.IS_DEMO:
        return person.has_perm("wagtailadmin.access_admin")
    return person.has_perm("accounts.change_person")


def _folder() -> Path:
    return Path(settings.MAIL_DIR)


def _in_use() -> bool:
    return bool(settings.EMAIL_BACKEND == "commonpress.notices.folder.FolderMail")


def _read(name: str) -> Mail:
    message = message_from_bytes((_folder() / f"{name}.eml").read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return Mail(
        name=name,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        sent_at=_sent_at(message),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _sent_at(message: EmailMessage) -> datetime | None:
    if not message["Date"]:
        return None
    written: datetime = message["Date"].datetime
    # "-0000", which Django writes: the hour is UTC's, and no zone is claimed (RFC 5322, 3.3).
    return written if written.tzinfo else written.replace(tzinfo=UTC)


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return str(part.get_content()) if part is not None else ""
