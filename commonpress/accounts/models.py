"""The person and the guest."""

import hashlib
import secrets
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class People(BaseUserManager["Person"]):
    """Finds and makes people by e-mail address, compared without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "Person":
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "Person":
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # Photo's manager is Wagtail's, without types
    """Somebody with an account, known by e-mail; shown, where at all, by display name.

    Roles are Django's groups, named in accounts/rules.py.
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(
        _("name shown to readers"), max_length=60, blank=True, help_text=_("Stands beside your comments.")
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_per_email")]

    def __str__(self) -> str:
        return self.get_full_name()

    # Wagtail asks people for these two.
    def get_full_name(self) -> str:
        return self.display_name or self.email

    def get_short_name(self) -> str:
        return self.display_name or self.email.split("@")[0]

    @property
    def is_staff(self) -> bool:
        """Tell whether Django's own admin would let this person in; we do not install it."""
        return self.is_superuser

    @property
    def voter_key(self) -> str:
        return f"p:{self.pk}"

    @cached_property
    def group_names(self) -> frozenset[str]:
        """Return the names of the person's groups, read once for each object."""
        return frozenset(group.name for group in self.groups.all())


class Guest(models.Model):
    """Somebody without an account, recognised by a random identity in a signed cookie.

    The cookie is set at the first comment or vote, never at reading; only the identity's hash is stored.
    """

    identity_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")

    def __str__(self) -> str:
        return f"guest {self.pk}"

    @property
    def voter_key(self) -> str:
        return f"g:{self.pk}"

    @staticmethod
    def new_identity() -> str:
        """Return 128 random bits as text, for the cookie."""
        return secrets.token_urlsafe(16)

    @staticmethod
    def hash_of(identity: str) -> str:
        return hashlib.sha256(identity.encode()).hexdigest()


class Badge(models.Model):
    """A mark beside everything a person writes, shown as long as they wish and have a right to it.

    That there is a row is their consent.
    """

    class Kind(models.TextChoices):
        SUPPORTER = "supporter", _("supporter")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="badges")
    kind = models.CharField(max_length=9, choices=Kind)
    # Then whoever gave it looks whether it still holds.
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("badge")
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="one_badge_of_a_kind")]
        indexes = [models.Index(fields=["kind", "until"], name="badge_by_end")]

    def __str__(self) -> str:
        return f"{self.kind} {self.person_id}"


class ProtectedName(models.Model):
    """What a name looks like that guests cannot take; kept by actions/names.py alone."""

    class Reason(models.TextChoices):
        STAFF = "staff", _("works here")
        BYLINE = "byline", _("is credited on stories")
        SUPPORTER = "supporter", _("is a supporter")

    # The key of what bears the name: "person:3", "byline:7", "supporter:3".
    holder = models.CharField(max_length=32, unique=True)
    skeleton = models.CharField(max_length=255, db_index=True)
    reason = models.CharField(max_length=9, choices=Reason)
    # Who may use it.
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        verbose_name = _("protected name")

    def __str__(self) -> str:
        return f"{self.skeleton} ({self.reason})"


class SetUpKey(models.Model):
    """The key of the one-time address at which an empty paper is set up. At most one row; only its hash is kept."""

    key_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_set_up_key")]

    def __str__(self) -> str:
        return f"set-up key of {self.made_at:%Y-%m-%d %H:%M}"


Writer = Person | Guest
