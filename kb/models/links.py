"""How the web addresses of entries stand: what was last found there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.models.entries import URL_LENGTH

if TYPE_CHECKING:
    from datetime import datetime

WEEK = timedelta(days=7)


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    """Addresses, selectable by how they stand."""

    def due(self, now: datetime) -> Self:
        """Keep what is to be looked at by `now`, the longest due first."""
        return self.filter(due_at__lte=now).order_by("due_at", "pk")

    def broken(self, now: datetime) -> Self:
        """Keep what has led nowhere for a week."""
        return self.filter(failing_since__lte=now - WEEK)


def leads_nowhere(now: datetime, url: str = "url") -> models.Exists:
    """Say of a row that its address has led nowhere for a week."""
    return models.Exists(LinkCheck.objects.broken(now).filter(url=models.OuterRef(url)))


class LinkCheck(models.Model):
    """One address of a blog post or a link, and what a job last found there."""

    url = models.CharField(_("address"), max_length=URL_LENGTH, unique=True)
    host = models.CharField(_("site"), max_length=253, db_index=True)
    checked_at = models.DateTimeField(_("last check"), null=True)
    due_at = models.DateTimeField(_("next check"), db_index=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, db_index=True)
    problem = models.TextField(_("problem"), blank=True)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    moved_to = models.CharField(_("leads to"), max_length=URL_LENGTH, blank=True)

    objects: ClassVar[LinkCheckQuerySet] = LinkCheckQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """The next first."""

        verbose_name = _("checked link")
        verbose_name_plural = _("checked links")
        ordering = ["due_at", "pk"]

    def __str__(self) -> str:
        """Return the address."""
        return self.url
