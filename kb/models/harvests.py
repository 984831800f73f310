"""How far the harvest of arXiv's changes is, and what asking arXiv came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Count, Max, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime


class Harvest(models.Model):
    """The harvest of one of arXiv's sets: where the next page begins, and how it went.

    A walk goes from `since` through pages by tokens; when it is through, the next one
    begins a day before the first page's date. What a page held is kept together with
    where the next one begins.
    """

    set_spec = models.CharField(
        _("set"), max_length=60, unique=True, blank=True, help_text="“” is everything."
    )
    since = models.DateField(_("changes since"))
    token = models.TextField(blank=True)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    responded_on = models.DateField(
        null=True, help_text=_("The date arXiv gave with the first page.")
    )
    reached_on = models.DateField(
        null=True, help_text=_("The last date of a record in this walk.")
    )
    pages = models.PositiveIntegerField(_("pages"), default=0)
    records = models.PositiveIntegerField(_("records"), default=0)
    kept = models.PositiveIntegerField(_("of ours"), default=0)
    due_at = models.DateTimeField(_("due"), db_index=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("last finished"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(_("problem"), blank=True)

    class Meta:
        """One for each set."""

        verbose_name = _("harvest")
        verbose_name_plural = _("harvests")
        ordering = ["set_spec"]

    def __str__(self) -> str:
        """Return the set."""
        return self.set_spec or "arXiv"

    @property
    def days(self) -> int:
        """Return how many days of changes this walk has to go through, 0 if unknown."""
        return (self.responded_on - self.since).days if self.responded_on else 0

    @property
    def days_done(self) -> int:
        """Return how many of them it is through."""
        return (self.reached_on - self.since).days if self.reached_on else 0


class ArxivRequestQuerySet(models.QuerySet["ArxivRequest"]):
    """Requests, as they add up."""

    def since(self, moment: datetime) -> Self:
        """Keep what was asked at `moment` or later."""
        return self.filter(at__gte=moment)

    def by_day(self) -> models.QuerySet[ArxivRequest, dict[str, Any]]:
        """Count by `day` of the current time zone, protocol and outcome.

        Each row has the `number` of requests and of `their_papers`, and the time they
        `took`, in seconds.
        """
        grouped = self.annotate(day=TruncDate("at")).values(
            "day", "protocol", "outcome"
        )
        return grouped.annotate(
            number=Count("pk"), their_papers=Sum("papers"), took=Sum("seconds")
        ).order_by("day", "protocol", "outcome")

    def last_of(self, causes: Collection[str]) -> dict[str, datetime]:
        """Return when each of `causes` was met last; one that never was is left out."""
        met = self.filter(cause__in=causes).order_by().values_list("cause")
        return dict(met.annotate(Max("at")))


class ArxivRequest(models.Model):
    """One request to arXiv and what came of it, kept for some weeks."""

    class Protocol(models.TextChoices):
        """Which of arXiv's interfaces was asked."""

        ATOM = "atom", "Atom"
        OAI = "oai", "OAI-PMH"

    class Result(models.TextChoices):
        """What came of it."""

        ANSWERED = "answered", _("answered")
        UNAVAILABLE = "unavailable", _("no answer")
        MALFORMED = "malformed", _("not understood")
        DENIED = "denied", _("denied")

    at = models.DateTimeField(db_index=True)
    protocol = models.CharField(max_length=4, choices=Protocol.choices)
    outcome = models.CharField(max_length=11, choices=Result.choices)
    seconds = models.FloatField()
    papers = models.PositiveIntegerField(default=0)
    cause = models.TextField(blank=True)

    objects: ClassVar[ArxivRequestQuerySet] = ArxivRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """Newest first."""

        verbose_name = _("request to arXiv")
        verbose_name_plural = _("requests to arXiv")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        """Return when what was asked."""
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.protocol}: {self.outcome}"
