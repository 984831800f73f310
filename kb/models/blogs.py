"""Posts and pages on the web."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.models.changes import searched
from kb.models.entries import Entry, EntryQuerySet
from kb.models.history import remembered

BYLINE_LENGTH = 200  # of who wrote it, and of where it stands


@searched("site", "author", "published_on", entry="entry_ptr")
@remembered(exclude=("checked_at",))
class Blog(Entry):  # type: ignore[django-manager-missing]
    """A post or page on the web."""

    site = models.CharField(_("site"), max_length=BYLINE_LENGTH, blank=True)
    author = models.CharField(_("author"), max_length=BYLINE_LENGTH, blank=True)
    published_on = models.DateField(_("published"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last check"), null=True, blank=True)
    reachable = models.BooleanField(_("reachable"), null=True, blank=True)

    objects: ClassVar[EntryQuerySet[Blog]] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """As in English."""

        verbose_name = _("blog post")
        verbose_name_plural = _("blog posts")
