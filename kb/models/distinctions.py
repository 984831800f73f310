"""Entries that are not the same, though they are called nearly so."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.models.entries import Entry
from kb.models.history import remembered


class DistinctionQuerySet(models.QuerySet["Distinction"]):
    """What was said of pairs of entries."""

    def of(self, entry: Entry) -> Self:
        """Keep what was said of `entry` and any other."""
        return self.filter(models.Q(older=entry) | models.Q(newer=entry))


@remembered()
class Distinction(models.Model):
    """Somebody saw two entries of nearly one title, and says that they are two."""

    older = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="distinct_newer"
    )
    newer = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="distinct_older"
    )
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("said by"),
    )
    said_at = models.DateTimeField(_("said"), editable=False)

    objects: ClassVar[DistinctionQuerySet] = DistinctionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """A pair stands once, in the order of its keys."""

        verbose_name = _("distinction")
        verbose_name_plural = _("distinctions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["older", "newer"], name="kb_distinction_once_for_a_pair"
            ),
            models.CheckConstraint(
                name="kb_distinction_in_order",
                condition=models.Q(older__lt=models.F("newer")),
            ),
        ]

    def __str__(self) -> str:
        """Return both keys."""
        return f"{self.older_id} / {self.newer_id}"
