"""A subscriber's own pages, reached from letters without signing in: what they follow, confirming it, stopping it."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from commonpress.lib.limits import address_prefix, limit
from commonpress.notices import following, links, topics
from commonpress.notices.askers import asker_of
from commonpress.notices.models import Follow, Pace, Subscriber
from commonpress.notices.topics import Described

LOOKS_PER_MINUTE = 60


@dataclass(frozen=True)
class Listed:
    follow: Follow
    # None where readers cannot see it now.
    topic: Described | None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, token: str) -> HttpResponse:
    """What the owner of an address follows, to be changed."""
    subscriber, _about = _opened(request, token, links.MANAGE)
    return manage_page(request, subscriber)


def manage_page(request: HttpRequest, subscriber: Subscriber | None) -> HttpResponse:
    """Show and change what a subscriber follows; None is somebody who never followed anything.

    Whoever calls this knows that it is their page.
    """
    if request.method == "POST" and subscriber is not None:
        _change(request, subscriber)
        return HttpResponseRedirect(request.path)
    follows = _listed(subscriber) if subscriber else []
    context = {
        "address": _hidden_in_part(subscriber.email) if subscriber else "",
        "follows": [one for one in follows if one.follow.confirmed_at],
        "waiting": [one for one in follows if not one.follow.confirmed_at],
        "paces": Pace.choices,
    }
    return render(request, "notices/follows.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """What waits for its confirmation. Mail scanners open links: only the button confirms."""
    subscriber, _about = _opened(request, token, links.CONFIRM)
    done = ""
    if request.method == "POST" and request.POST.get("then") == "never":
        following.leave_alone(subscriber)
        done = "never"
    elif request.method == "POST":
        keys = [int(key) for key in request.POST.getlist("follow") if _is_key(key)]
        done = "confirmed" if following.confirm(subscriber, keys, by=asker_of(request)) else "nothing"
    context = {
        "address": _hidden_in_part(subscriber.email),
        "waiting": [] if done else [one for one in _listed(subscriber) if not one.follow.confirmed_at and one.topic],
        "done": done,
        "manage": links.manage(subscriber),
    }
    return render(request, "notices/confirm.html", context)


# RFC 8058: the mail provider sends this, without a cookie and without a page it comes from. It can do nothing else.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop letters about one thing, or all of them: by the button here, or by the one in a mail program."""
    opened = links.subscriber_of(token, links.STOP)
    if opened is None:
        raise Http404
    subscriber, about = opened
    if request.method == "POST":
        following.stop(subscriber, **({"about": about} if about else {}))
    listed = _listed(subscriber, about) if request.method != "POST" else []
    context = {
        "address": _hidden_in_part(subscriber.email),
        "follows": [one for one in listed if one.follow.confirmed_at],
        "about": about,
        "is_done": request.method == "POST",
        "manage": links.manage(subscriber),
    }
    return render(request, "notices/stop.html", context)


def _opened(request: HttpRequest, token: str, purpose: str) -> tuple[Subscriber, str]:
    limit(f"follows:{address_prefix(request)}", times=LOOKS_PER_MINUTE, seconds=60)
    opened = links.subscriber_of(token, purpose)
    if opened is None:
        raise Http404
    return opened


def _change(request: HttpRequest, subscriber: Subscriber) -> None:
    key, then = request.POST.get("follow", ""), request.POST.get("then", "")
    if then == "stop-all":
        following.stop(subscriber)
    elif then == "stop" and _is_key(key):
        following.stop(subscriber, pk=int(key))
    elif then == "pace" and _is_key(key) and request.POST.get("pace") in Pace.values:
        following.set_pace(subscriber, int(key), Pace(request.POST["pace"]))


def _listed(subscriber: Subscriber, about: str = "") -> list[Listed]:
    mine = Follow.objects.filter(subscriber=subscriber).order_by("-asked_at", "-pk")
    if about:
        mine = mine.filter(about=about)
    follows = list(mine)
    described = topics.describe([one.topic for one in follows])
    return [Listed(one, described.get(one.topic)) for one in follows]


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _hidden_in_part(email: str) -> str:
    """Return an address as its owner knows it and others do not: whoever has the letter may not be who it was sent to."""
    name, _, host = email.rpartition("@")
    return f"{name[0]}…@{host}"
