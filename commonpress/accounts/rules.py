"""Who works here, and as what.

| role      | may                                                            |
|-----------|----------------------------------------------------------------|
| owner     | everything below; name the publication; invite people          |
| editor    | write, publish, correct; order the front                       |
| reporter  | write drafts and hand them in                                  |
| moderator | remove, restore and release comments                           |
| treasurer | open drives, enter and refund gifts, see supporters            |

Roles are Django's groups of these names and can be combined. What Wagtail itself must know
(who may open the desk, who may publish a page) is given to the groups by migrations.
"""

from enum import StrEnum
from typing import TypeGuard

from django.db.models import Q

from commonpress.accounts.models import Person


class Role(StrEnum):
    OWNER = "owner"
    EDITOR = "editor"
    REPORTER = "reporter"
    MODERATOR = "moderator"
    TREASURER = "treasurer"


STAFF = frozenset(Role)


def is_owner(somebody: object) -> bool:
    return _has_role(somebody, Role.OWNER)


def is_editor(somebody: object) -> bool:
    return _has_role(somebody, Role.OWNER, Role.EDITOR)


def is_reporter(somebody: object) -> bool:
    return _has_role(somebody, Role.OWNER, Role.EDITOR, Role.REPORTER)


def is_moderator(somebody: object) -> bool:
    return _has_role(somebody, Role.OWNER, Role.MODERATOR)


def is_treasurer(somebody: object) -> bool:
    return _has_role(somebody, Role.OWNER, Role.TREASURER)


def is_staff_here(somebody: object) -> TypeGuard[Person]:
    return _has_role(somebody, *STAFF)


def has_a_role(person: Person) -> bool:
    """Tell whether a person works here, be their account closed or open. Asks the database."""
    return person.is_superuser or person.groups.filter(name__in=STAFF).exists()


def is_only_owner(person: Person) -> bool:
    """Tell whether the paper would be left alone without this person. One query."""
    if not is_owner(person):
        return False
    others = Person.objects.exclude(pk=person.pk).filter(is_active=True)
    return not others.filter(Q(groups__name=Role.OWNER) | Q(is_superuser=True)).exists()


def _has_role(somebody: object, *roles: Role) -> bool:
    """Tell whether this is an active person with one of the roles; guests, strangers and None are not.

    `request.user` is a lazy stand-in for its person, which isinstance sees through.
    """
    if not isinstance(somebody, Person) or not somebody.is_active:
        return False
    return somebody.is_superuser or not somebody.group_names.isdisjoint(roles)
