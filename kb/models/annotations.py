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


@searched("author", "visibility", "html")
@remembered(exclude=("html", "renderer"))
class Annotation(models.Model):
    """A member's Markdown note on an entry.

    A private one is its author's alone: not even curators and admins are shown it.
    `version` grows by one with each save; `html` is the body, made by `renderer`.
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
    body = MarkdownxField(_("note"))
    html = models.TextField(editable=False)
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

    objects: ClassVar[AnnotationQuerySet] = AnnotationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """Oldest first, and never without text."""

        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="kb_annotation_has_text", condition=models.Q(body__regex=r"\S")
            ),
        ]

    def __str__(self) -> str:
        """Return whose it is on what; the text may be private."""
        return f"{self.entry} ({self.author})"

    @property
    def private(self) -> bool:
        """Whether its author alone may see it."""
        return self.visibility == Visibility.PRIVATE
