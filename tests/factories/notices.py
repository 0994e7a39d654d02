"""Addresses that follow something, as if their owners had confirmed it."""

import factory

from commonpress.notices.following import follow
from commonpress.notices.models import Pace, Subscriber
from commonpress.notices.subscribers import subscriber_at


class SubscriberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Subscriber

    email = factory.Sequence(lambda n: f"follower{n}@readers.example")


def follower(topic: str, *, email: str = "", pace: Pace = Pace.NOW, asked_by: str = "") -> Subscriber:
    """Return a subscriber who is told of a topic like "thread:12:all"."""
    subscriber = subscriber_at(email) if email else SubscriberFactory()
    about = ":".join(topic.split(":")[:2])
    follow(subscriber, topic=topic, about=about, pace=pace, asked_by=asked_by, is_proven=True)
    return subscriber
