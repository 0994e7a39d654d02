import hashlib
import re
import secrets
import string
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from commonpress.accounts.models import Guest, Person, Writer
from commonpress.discussion import paths, ranking
from commonpress.discussion.models.claim import Claim

PUBLIC_ID_LENGTH = 11


def new_public_id() -> str:
    """Return 65 random bits as text; begins with a letter, so that it reads as a word in an address."""
    return secrets.choice(string.ascii_letters) + "".join(
        secrets.choice(string.ascii_letters + string.digits) for _position in range(PUBLIC_ID_LENGTH - 1)
    )


def is_public_id(text: str) -> bool:
    """Tell whether a text that somebody sent could be one: PostgreSQL refuses to be asked for some that could not."""
    return re.fullmatch(rf"[A-Za-z0-9]{{{PUBLIC_ID_LENGTH}}}", text) is not None


class CommentState(models.TextChoices):
    PUBLISHED = "published", _("published")
    HELD = "held", _("waiting for a moderator")
    REMOVED = "removed", _("removed")
    # At the writer's own request: who wrote it and what it said are gone, the place in the thread stays.
    ERASED = "erased", _("erased")


class CommentKind(models.TextChoices):
    COMMENT = "comment", _("comment")
    PINGBACK = "pingback", _("mention elsewhere")


class HeldFor(models.TextChoices):
    """Why a comment waits for a moderator, in the words its writer reads."""

    FIRST = "first", _("A first comment is looked at before it appears.")
    LINK = "link", _("Comments with links are looked at before they appear.")
    ALL = "all", _("Every comment is looked at before it appears.")
    MODERATOR = "moderator", _("A moderator wants to look at it again.")


# A comment stands on the page when it is published, or to carry published replies.
SHOWN = Q(state=CommentState.PUBLISHED) | Q(descendant_count__gt=0) | Q(reply_count__gt=0)

# By those who work here or are credited on the story.
ANSWERS = Q(is_staff_reply=True) | Q(is_author_reply=True)


class Comments(models.QuerySet["Comment"]):
    def by(self, writer: Writer) -> Self:
        """Return what somebody wrote; of a person also what they wrote as a guest before they signed in."""
        if isinstance(writer, Guest):
            return self.filter(guest=writer)
        # Asked first: with the question inside, PostgreSQL would read every comment.
        guests = list(Claim.objects.filter(person=writer).values_list("guest", flat=True))
        return self.filter(Q(person=writer) | Q(guest__in=guests))

    def among_theirs(self, page_key: int) -> Self:
        """Keep those under a page, of comments chosen by who wrote them."""
        # By the thread's bare key, SQLite would look for a writer's few among all of the thread, in their order.
        return self.alias(thread_key=F("thread_id") + 0).filter(thread_key=page_key)

    def theirs_in_state(self, state: CommentState) -> Self:
        """Keep those in a state, of comments chosen by who wrote them."""
        # By the bare state, SQLite would look for what several writers wrote among all of the paper in that state.
        return self.alias(state_alone=Cast("state", models.TextField())).filter(state_alone=state)


class Comment(models.Model):
    """One contribution. Counters, path and sort keys are kept by actions/placing.py and actions/votes.py alone."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, unique=True, default=new_public_id, editable=False)
    # No index of their own on these three: SQLite takes an index that begins with a nullable parent for
    # "parent IS NULL" and sorts every root (0.5 ms becomes 489 ms at a million comments).
    thread = models.ForeignKey("discussion.Thread", on_delete=models.CASCADE, related_name="comments", db_index=False)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="replies", db_index=False)
    # The comment on the story itself at the top of this branch; null for such a comment.
    root = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="branch", db_index=False)
    # The words of the story it is about, where somebody marked some; only comments on the story itself have one.
    passage = models.ForeignKey(
        "discussion.Passage", on_delete=models.SET_NULL, null=True, related_name="comments", db_index=False
    )
    depth = models.PositiveSmallIntegerField(default=0)
    path = models.CharField(max_length=paths.WIDTH * paths.LEVELS)
    number = models.PositiveIntegerField()
    child_seq = models.PositiveIntegerField(default=0)

    state = models.CharField(max_length=9, choices=CommentState, default=CommentState.PUBLISHED)
    kind = models.CharField(max_length=8, choices=CommentKind, default=CommentKind.COMMENT)
    is_shown = models.BooleanField(default=True)

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="comments", db_index=False
    )
    guest = models.ForeignKey(Guest, on_delete=models.SET_NULL, null=True, related_name="comments", db_index=False)
    guest_name = models.CharField(max_length=120, blank=True)
    # Who wrote it in the system it came from; empty where that system did not know either.
    imported_name = models.CharField(max_length=120, null=True, blank=True)
    is_staff_reply = models.BooleanField(default=False)
    is_author_reply = models.BooleanField(default=False)
    # Its writer supports the paper and wishes it to be seen; kept by actions/badges.py.
    is_supporter = models.BooleanField(default=False, db_default=False)
    # A moderator found that everybody should read it.
    is_featured = models.BooleanField(default=False, db_default=False)

    body_source = models.TextField()
    body_html = models.TextField()
    renderer = models.CharField(max_length=20)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    # Of a held comment; empty where another system held it.
    held_for = models.CharField(max_length=9, choices=HeldFor, blank=True, default="", db_default="")
    once_key = models.CharField(max_length=64, null=True, unique=True, editable=False)

    # Of published comments only: direct replies, and everything below.
    reply_count = models.PositiveIntegerField(default=0)
    descendant_count = models.PositiveIntegerField(default=0)
    ups = models.PositiveIntegerField(default=0)
    downs = models.PositiveIntegerField(default=0)
    ups_guest = models.PositiveIntegerField(default=0)
    downs_guest = models.PositiveIntegerField(default=0)
    # Totals from another system, which does not say whose they were.
    ups_imported = models.PositiveIntegerField(default=0)
    downs_imported = models.PositiveIntegerField(default=0)
    key_new = models.BigIntegerField()
    key_voted = models.BigIntegerField()
    key_best = models.BigIntegerField()
    # Of comments on the story itself only.
    key_hot = models.BigIntegerField(null=True)
    key_discussed = models.BigIntegerField(null=True)

    # No column: set on the comment that a vote returns, for who has just voted (actions/votes.py).
    my_vote_waits = False

    objects = Comments.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                name="comment_has_one_writer",
                condition=Q(state="erased", person__isnull=True, guest__isnull=True, imported_name__isnull=True)
                | Q(person__isnull=False, guest__isnull=True, imported_name__isnull=True)
                | Q(person__isnull=True, guest__isnull=False, imported_name__isnull=True)
                | Q(person__isnull=True, guest__isnull=True, imported_name__isnull=False),
            ),
            models.CheckConstraint(
                name="comment_root_and_parent_together",
                condition=Q(parent__isnull=True, root__isnull=True) | Q(parent__isnull=False, root__isnull=False),
            ),
            models.UniqueConstraint("thread", "number", name="comment_number"),
            models.UniqueConstraint("root", "path", name="comment_branch_path", condition=Q(root__isnull=False)),
            models.UniqueConstraint("thread", "path", name="comment_root_path", condition=Q(parent__isnull=True)),
            *(
                models.UniqueConstraint(
                    "thread", key, name=f"comment_roots_by_{key}", condition=Q(parent__isnull=True, is_shown=True)
                )
                for key in ("key_new", "key_voted", "key_best", "key_hot", "key_discussed")
            ),
        ]
        indexes = [
            models.Index("parent", "key_best", name="comment_replies", condition=Q(parent__isnull=False)),
            models.Index("state", "id", name="comment_by_state"),
            models.Index("thread", "key_new", name="comment_featured", condition=Q(is_featured=True)),
            models.Index("thread", "key_new", name="comment_answers", condition=ANSWERS),
            models.Index("thread", "key_new", name="comment_feedback", condition=Q(passage__isnull=False)),
            models.Index("passage", "key_new", name="comment_on_passage", condition=Q(passage__isnull=False)),
            models.Index("person", "created_at", name="comment_by_person", condition=Q(person__isnull=False)),
            models.Index("guest", "created_at", name="comment_by_guest", condition=Q(guest__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} on {self.thread_id}"

    def get_absolute_url(self) -> str:
        return f"/c/{self.public_id}/"

    @property
    def anchor(self) -> str:
        return f"c-{self.public_id}"

    @property
    def is_published(self) -> bool:
        return self.state == CommentState.PUBLISHED

    @property
    def is_answer(self) -> bool:
        """Tell whether somebody who works here or is credited on the story wrote it."""
        return self.is_staff_reply or self.is_author_reply

    @property
    def writer(self) -> Writer | None:
        return self.person or self.guest

    @property
    def name(self) -> str:
        """The name readers see. Never an e-mail address."""
        return shown_name(self.person.display_name if self.person else None, self.guest_name or self.imported_name)

    @property
    def is_named(self) -> bool:
        """Whether `name` is one, and not what we call somebody without."""
        return bool(self.person.display_name if self.person else self.guest_name or self.imported_name)

    @property
    def votes_up(self) -> int:
        return self.ups + self.ups_guest + self.ups_imported

    @property
    def votes_down(self) -> int:
        return self.downs + self.downs_guest + self.downs_imported

    @property
    def score(self) -> int:
        return self.votes_up - self.votes_down

    @property
    def why_held(self) -> str:
        """Why it waits for a moderator, in words for its writer; empty where it does not, or nobody knows."""
        return str(HeldFor(self.held_for).label) if self.state == CommentState.HELD and self.held_for else ""

    @property
    def wording(self) -> str:
        """Return a word for what the comment says now: a form that was opened on another one is stale."""
        return hashlib.sha256(self.body_source.encode()).hexdigest()[:16]

    def is_by(self, writer: Writer | None) -> bool:
        if isinstance(writer, Person) and self.guest_id is not None:
            return Claim.objects.filter(guest=self.guest_id, person=writer).exists()
        if isinstance(writer, Person):
            return self.person_id == writer.pk
        return isinstance(writer, Guest) and self.guest_id == writer.pk

    def belongs_to(self, writer: Writer | None) -> bool:
        """Tell whose it is to change and to delete: its writer's; a guest's whom a person claimed is that person's alone."""
        if not self.is_by(writer):
            return False
        return not (isinstance(writer, Guest) and Claim.objects.filter(guest=writer).exists())

    def set_keys(self) -> None:
        """Work out the sort keys from the time, the votes, what stands below and the number."""
        up, down = ranking.weighed(
            self.ups, self.downs, self.ups_guest + self.ups_imported, self.downs_guest + self.downs_imported
        )
        self.key_new = ranking.key_new(self.created_at, self.number)
        self.key_voted = ranking.key_voted(self.score, self.number)
        self.key_best = ranking.key_best(up, down, self.number)
        self.key_hot = self.key_discussed = None
        if self.parent_id is None:
            self.key_hot = ranking.key_hot(self.created_at, up, down, self.descendant_count, self.number)
            self.key_discussed = ranking.key_discussed(self.descendant_count, self.number)


def name_of(person: Person) -> str:
    """Return the name readers see over a person's comments."""
    return shown_name(person.display_name, None)


def shown_name(persons: str | None, others: str | None) -> str:
    """Return the name readers see: a person's own, which may be empty, or where there is no person (None) another."""
    if persons is not None:
        return persons or pgettext("writer of a comment", "Reader")
    return others or pgettext("writer of a comment", "Guest")
