"""What the library lacks, and who was asked to see to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from kb.models.entries import Entry, Filing
from kb.models.links import LinkCheck
from kb.models.papers import Paper
from kb.models.reading import Reading, State
from kb.models.resources import Resource
from kb.models.summaries import Summary

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser, User

    from kb.models.entries import EntryQuerySet

STALE = timedelta(days=30)  # metadata that was not confirmed for longer


class Gap(models.TextChoices):
    """What an entry can lack."""

    SUMMARY = "summary", _("no summary")
    LANGUAGE = "language", _("summary in one language only")
    TOPIC = "topic", _("no topic")
    METADATA = "metadata", _("no metadata from arXiv")
    STALE = "stale", _("metadata not confirmed for a month")
    WITHDRAWN = "withdrawn", _("withdrawn by its authors")
    UNREAD = "unread", _("read by nobody")
    LINKS = "links", _("a link that leads nowhere")


def lacking(gap: str, now: datetime) -> EntryQuerySet[Entry]:
    """Return the listed entries that lack something, the newest first."""
    return Entry.objects.listed().filter(LACKS[Gap(gap)](now))


def fetched(**state: object) -> Exists:
    """Say of an entry that it is an arXiv paper whose metadata stand so."""
    papers = Paper.objects.on_arxiv().filter(pk=OuterRef("pk"))
    return Exists(papers.filter(**state))


def broken(now: datetime) -> Q:
    """Say of an entry that its page, or a link of it, has led nowhere for a week."""
    urls = LinkCheck.objects.broken(now).values("url")
    links = Resource.objects.shown().filter(entry=OuterRef("pk"), url__in=urls)
    return Q(url__in=urls) | Q(Exists(links))


def texts() -> models.QuerySet[Summary]:
    """Return the summaries of an entry."""
    return Summary.objects.filter(entry=OuterRef("pk")).order_by()


def one_text() -> Exists:
    """Say of an entry that it has a summary in one language alone."""
    counted = texts().values("entry").annotate(n=Count("pk"))
    return Exists(counted.filter(n=1))


def filed() -> Exists:
    """Say of an entry that it stands under a topic."""
    return Exists(Filing.objects.filter(entry=OuterRef("pk")))


def read() -> Exists:
    """Say of an entry that somebody has read it: never who."""
    return Exists(Reading.objects.filter(entry=OuterRef("pk"), state=State.READ))


LACKS: dict[Gap, Callable[[datetime], Combinable | Q]] = {
    Gap.SUMMARY: lambda _now: ~Exists(texts()),
    Gap.LANGUAGE: lambda _now: one_text(),
    Gap.TOPIC: lambda _now: ~filed(),
    Gap.METADATA: lambda _now: fetched(refreshed_at=None),
    Gap.STALE: lambda now: fetched(refreshed_at__lt=now - STALE),
    Gap.WITHDRAWN: lambda _now: fetched(withdrawn=True),
    Gap.UNREAD: lambda _now: ~read(),
    Gap.LINKS: broken,
}


class ChoreQuerySet(models.QuerySet["Chore"]):
    """What people were asked to do."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Keep what somebody was asked; nothing for who is not a member."""
        return self.filter(member=user.pk) if user.is_authenticated else self.none()


class Chore(models.Model):
    """Somebody was asked to see to what one entry lacks.

    It is done when the entry lacks it no more; nobody needs to say so.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="chores")
    gap = models.CharField(_("what it lacks"), max_length=9, choices=Gap.choices)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="chores"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))

    objects: ClassVar[ChoreQuerySet] = ChoreQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """One person for each thing that an entry lacks."""

        default_permissions = ()  # the desk shows them
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="kb_chore_one_for_a_gap", fields=["entry", "gap"]
            )
        ]

    def __str__(self) -> str:
        """Return who was asked what."""
        return f"{self.member}: {self.get_gap_display()}: {self.entry}"
