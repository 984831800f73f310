"""What members note on entries, for themselves or for the team."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from markdownx.models import MarkdownxField

from kb.models.changes import searched
from kb.models.entries import Entry
from kb.models.history import remembered

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


class Visibility(models.TextChoices):
    """Who may see a note."""

    PRIVATE = "private", _("only you")
    TEAM = "team", _("the team")


class Where(models.TextChoices):
    """Which text of an entry a note is about, "" for the entry as a whole."""

    ENTRY = "", _("the whole entry")
    ZH = "zh", _("the Chinese summary")
    EN = "en", _("the English summary")
    ABSTRACT = "abstract", _("the abstract")


class Meaning(models.TextChoices):
    """What a highlight says of its text."""

    NONE = "", _("none in particular")
    KEY = "key", _("key result")
    QUESTION = "question", _("question")
    METHOD = "method", _("method")
    DISAGREE = "disagree", _("disagree")


class Mood(models.TextChoices):
    """What a member can say of a note without words."""

    AGREE = "agree", _("agree")
    THANKS = "thanks", _("thanks")
    IDEA = "idea", _("good idea")
    UNSURE = "unsure", _("not sure")
    CHEER = "cheer", _("well done")


def open_to(user: User) -> models.Q:
    """Return what a member may see, of notes and of their history."""
    return models.Q(visibility=Visibility.TEAM) | models.Q(author=user.pk)


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    """Notes, selectable by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep the team's notes and the asker's own; none for who is not a member."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(open_to(user))

    def threads(self) -> Self:
        """Keep what begins a thread."""
        return self.filter(parent=None)

    def anchored(self) -> Self:
        """Keep what is about a part of a text, lost or not."""
        return self.exclude(where=Where.ENTRY)

    def standing(self) -> Self:
        """Leave out what was deleted and only holds its replies together."""
        return self.filter(deleted_at=None)


# Where the text is by now: it moves as others edit, which is no change of the note.
PLACE = ("prefix", "suffix", "start", "end", "orphaned_at")


@searched("author", "visibility", "html")
@remembered(exclude=("html", "renderer", *PLACE))
class Annotation(models.Model):
    """A member's Markdown note on an entry, or on a part of one of its texts.

    A private one is its author's alone: not even curators and admins are shown it.
    `version` grows by one with each save; `html` is the body, made by `renderer`.

    What is about a part of a text says which (`where`) and has W3C selectors into its
    plain form: the quote `exact` between `prefix` and `suffix`, and the position from
    `start` to `end`, in characters. They move with the text; where it has no such part
    any more, `orphaned_at` says since when. A reply has a `parent`, which has none, and
    is seen by who sees that. What was deleted and has replies stays without text.
    """

    entry = models.ForeignKey(
        Entry,
        on_delete=models.CASCADE,
        related_name="annotations",
        verbose_name=_("entry"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        editable=False,
        related_name="annotations",
        verbose_name=_("written by"),
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="replies",
        verbose_name=_("reply to"),
    )
    where = models.CharField(
        _("about"),
        max_length=8,
        choices=Where.choices,
        default=Where.ENTRY,
        blank=True,
        editable=False,
    )
    meaning = models.CharField(
        _("meaning"),
        max_length=8,
        choices=Meaning.choices,
        default=Meaning.NONE,
        blank=True,
    )
    exact = models.TextField(_("quote"), blank=True, editable=False)
    prefix = models.TextField(blank=True, editable=False)
    suffix = models.TextField(blank=True, editable=False)
    start = models.PositiveIntegerField(null=True, editable=False)
    end = models.PositiveIntegerField(null=True, editable=False)
    orphaned_at = models.DateTimeField(_("orphaned"), null=True, editable=False)
    body = MarkdownxField(_("note"), blank=True)
    html = models.TextField(editable=False, blank=True)
    renderer = models.PositiveSmallIntegerField(editable=False)
    visibility = models.CharField(
        _("visible to"),
        max_length=8,
        choices=Visibility.choices,
        default=Visibility.PRIVATE,
    )
    written_at = models.DateTimeField(_("written"), editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    resolved_at = models.DateTimeField(_("resolved"), null=True, editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("resolved by"),
    )
    deleted_at = models.DateTimeField(_("deleted"), null=True, editable=False)
    source_id = models.CharField(
        max_length=300,
        blank=True,
        editable=False,
        help_text=_("The id it had where it was imported from."),
    )

    objects: ClassVar[AnnotationQuerySet] = AnnotationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """Oldest first, and never without text."""

        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["written_at", "pk"]
        indexes = [models.Index(name="kb_annotation_written", fields=["written_at"])]
        constraints = [
            models.CheckConstraint(
                name="kb_annotation_says_something",
                condition=models.Q(body__regex=r"\S")
                | ~models.Q(exact="")
                | ~models.Q(deleted_at=None),
            ),
            models.CheckConstraint(
                name="kb_annotation_anchor_is_whole",
                condition=models.Q(where="", exact="", start=None, end=None)
                | ~models.Q(where="") & ~models.Q(exact=""),
            ),
            models.UniqueConstraint(
                name="kb_annotation_imported_once",
                fields=["author", "entry", "source_id"],
                condition=~models.Q(source_id=""),
            ),
        ]

    def __str__(self) -> str:
        """Return whose it is on what; the text may be private."""
        return f"{self.entry} ({self.author})"

    @property
    def private(self) -> bool:
        """Whether its author alone may see it."""
        return self.visibility == Visibility.PRIVATE


class Reaction(models.Model):
    """What a member said of a note without words."""

    annotation = models.ForeignKey(
        Annotation, on_delete=models.CASCADE, related_name="reactions"
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reactions"
    )
    mood = models.CharField(max_length=8, choices=Mood.choices)
    at = models.DateTimeField()

    class Meta:
        """Each mood once, in the order in which they came."""

        default_permissions = ()  # nobody opens this table in the admin
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="kb_reaction_once", fields=["annotation", "member", "mood"]
            )
        ]

    def __str__(self) -> str:
        """Return who says what."""
        return f"{self.member}: {self.get_mood_display()}"
