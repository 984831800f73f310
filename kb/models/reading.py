"""What each member keeps an eye on: stars, and what is to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.models.changes import searched
from kb.models.entries import Entry

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


class State(models.TextChoices):
    """How far a member is with an entry."""

    NONE = "", _("not marked")
    TO_READ = "toread", _("to read")
    READING = "reading", _("reading")
    READ = "read", _("read")


# The paper has a version that the member, who read it, has not.
NEWER = models.Q(
    state=State.READ, read_version__lt=models.F("entry__paper__latest_version")
)


class ReadingQuerySet(models.QuerySet["Reading"]):
    """Marks, selectable by whose and which."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Keep the member's own; none for who is not one."""
        return self.filter(member=user.pk) if user.is_authenticated else self.none()

    def starred(self) -> Self:
        """Keep what has a star."""
        return self.filter(starred=True)

    def following(self) -> Self:
        """Keep what is followed."""
        return self.filter(following=True)

    def read(self) -> Self:
        """Keep what was read."""
        return self.filter(state=State.READ)

    def marked(self) -> Self:
        """Keep what says anything: a row may have lost all its marks again."""
        said = models.Q(starred=True) | models.Q(following=True)
        return self.filter(said | ~models.Q(state="") | ~models.Q(rating=None))

    def newer(self) -> Self:
        """Keep what was read in a version that is not the latest any more."""
        return self.filter(NEWER)


@searched("member", "starred", "state")
class Reading(models.Model):
    """How one member stands to one entry.

    Not in the history: who reads what, and when, is nobody else's business.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="readings")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="readings"
    )
    starred = models.BooleanField(default=False)
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.NONE, blank=True
    )
    rating = models.PositiveSmallIntegerField(
        null=True, help_text=_("From 1 to 5; what the member thinks of it.")
    )
    following = models.BooleanField(
        null=True,
        help_text=_(
            "The member is told of what happens to it. Unknown until they say so or "
            "write about it; who said no is not made to follow by writing."
        ),
    )
    read_version = models.PositiveSmallIntegerField(
        null=True, help_text=_("The paper's version when it was marked as read.")
    )
    changed_at = models.DateTimeField()

    objects: ClassVar[ReadingQuerySet] = ReadingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """A member stands once to an entry."""

        default_permissions = ()  # nobody opens this table in the admin
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "member"], name="kb_reading_once_for_a_member"
            ),
            models.CheckConstraint(
                name="kb_reading_rating_from_1_to_5",
                condition=models.Q(rating=None) | models.Q(rating__range=(1, 5)),
            ),
        ]

    def __str__(self) -> str:
        """Return who keeps an eye on what."""
        return f"{self.member}: {self.entry}"


class Look(models.Model):
    """When a member looked at a list last, and when before that.

    What came after `before` is new to them, until they come back another time.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="looks"
    )
    place = models.CharField(max_length=40)  # "home" or "topic:12"
    at = models.DateTimeField()
    before = models.DateTimeField()

    class Meta:
        """A member looks at a list once at a time."""

        default_permissions = ()  # nobody opens this table in the admin
        constraints = [
            models.UniqueConstraint(name="kb_look_once", fields=["member", "place"])
        ]

    def __str__(self) -> str:
        """Return who looks where."""
        return f"{self.member}: {self.place}"
