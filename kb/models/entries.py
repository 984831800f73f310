"""What the team reads: entries, which are papers or blog posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, Self, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase, Tag

from kb.models.changes import searched, searched_through
from kb.models.history import remembered
from kb.models.topics import Topic

if TYPE_CHECKING:
    from kb.models.summaries import Summary

TITLE_LENGTH = 500
URL_LENGTH = 2000
REASON_LENGTH = 500

E = TypeVar("E", bound="Entry")


class Kind(models.TextChoices):
    """What an entry is."""

    PAPER = "paper", _("paper")
    BLOG = "blog", _("blog post")


class Status(models.TextChoices):
    """Where an entry stands: waiting for review, in the list, or put away."""

    INBOX = "inbox", _("inbox")
    LISTED = "listed", _("listed")
    ARCHIVED = "archived", _("archived")
    BINNED = "binned", _("in the bin")
    MERGED = "merged", _("merged into another")


# What no page shows as an entry of its own: it can be restored, or is another one now.
GONE = (Status.BINNED, Status.MERGED)
AWAY = (Status.ARCHIVED, *GONE)


class EntryQuerySet(models.QuerySet[E], Generic[E]):
    """Entries, selectable by where they stand and what they are about."""

    def listed(self) -> Self:
        """Keep what is in the list."""
        return self.filter(status=Status.LISTED)

    def there(self) -> Self:
        """Leave out what is in the bin, and what was merged into another."""
        return self.exclude(status__in=GONE)

    def in_use(self) -> Self:
        """Keep what is in the list or waits for review."""
        return self.exclude(status__in=AWAY)

    def binned(self) -> Self:
        """Keep what is in the bin, the latest first."""
        return self.filter(status=Status.BINNED).order_by("-away_at", "-pk")

    def under(self, topic: Topic) -> Self:
        """Keep entries filed under `topic` or anything below it, each once."""
        filed = Filing.objects.filter(topic__path__startswith=topic.path)
        return self.filter(pk__in=filed.values("entry"))

    def in_topic(self, topic: Topic) -> Self:
        """Keep entries filed under `topic` itself, in the document's order."""
        filed = self.filter(filings__topic=topic)
        return filed.order_by("filings__position", "pk")

    def unfiled(self) -> Self:
        """Keep entries filed nowhere, in the document's order."""
        return self.filter(filings=None).order_by("kind", "position", "pk")

    def for_list(self) -> Self:
        """Load what a row of a list shows: four queries, however many rows."""
        writers = apps.get_model("kb", "Summary").objects.select_related("edited_by")
        return self.select_related("paper", "blog", "added_by").prefetch_related(
            models.Prefetch("filings", Filing.objects.select_related("topic")),
            models.Prefetch("summaries", writers),
            "tags",
        )


@searched("title", "url", "status", "kind", "added_by", "added_at", entry="id")
@remembered()
class Entry(models.Model):  # type: ignore[django-manager-missing]
    """Something the team reads, at one canonical web address.

    Every entry has a row of the same key in Paper or Blog, as `kind` says.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    url = models.CharField(
        _("address"),
        max_length=URL_LENGTH,
        unique=True,
        null=True,
        blank=True,
        help_text=_("Canonical: one for all the ways the same page can be written."),
    )
    source_url = models.CharField(
        _("address as written"), max_length=URL_LENGTH, blank=True, editable=False
    )
    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.LISTED
    )
    position = models.PositiveIntegerField(
        _("position"),
        default=0,
        editable=False,
        help_text=_("Order in the document among entries filed nowhere."),
    )
    topics: models.ManyToManyField[Topic, Filing] = models.ManyToManyField(
        Topic, through="kb.Filing", related_name="entries", verbose_name=_("topics")
    )
    tags = TaggableManager(through="kb.TaggedEntry", blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,  # words stay attributed: people are deactivated
        null=True,
        blank=True,
        editable=False,
        related_name="entries_added",
        verbose_name=_("added by"),
    )
    added_at = models.DateTimeField(_("added"), editable=False, db_index=True)
    away_at = models.DateTimeField(_("put away"), null=True, editable=False)
    away_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("put away by"),
    )
    away_why = models.CharField(
        _("reason"),
        max_length=REASON_LENGTH,
        blank=True,
        db_default="",  # for rows that are copied in
        editable=False,
    )
    away_from = models.CharField(
        max_length=8,
        blank=True,
        db_default="",
        editable=False,
        help_text="The status that it had before it was binned or merged.",
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )

    objects: ClassVar[EntryQuerySet[Entry]] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """Newest first; an entry has a title, and an address is not empty text."""

        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="kb_entry_has_a_title", condition=~models.Q(title="")
            ),
            models.CheckConstraint(
                name="kb_entry_address_is_null_or_text",
                condition=models.Q(url=None) | ~models.Q(url=""),
            ),
            models.CheckConstraint(
                name="kb_entry_merged_says_into_what",
                condition=models.Q(status="merged", merged_into__isnull=False)
                | (~models.Q(status="merged") & models.Q(merged_into=None)),
            ),
        ]

    def __str__(self) -> str:
        """Return the title."""
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the entry's page."""
        return reverse("kb:entry", args=[self.pk])

    def summary_in(self, language: str) -> Summary | None:
        """Return the summary in `language`, else in the other one, else None.

        Reads the prefetched summaries.
        """
        summaries = {summary.language: summary for summary in self.summaries.all()}
        return summaries.get(language) or next(iter(summaries.values()), None)


@searched("topic")
@remembered()
class Filing(models.Model):
    """An entry's place under one topic, in the document's order."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="filings")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="filings")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        """An entry stands once under a topic."""

        verbose_name = _("filing")
        verbose_name_plural = _("filings")
        ordering = ["topic__path", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "entry"], name="kb_filing_once_under_a_topic"
            )
        ]

    def __str__(self) -> str:
        """Return where what is filed."""
        return f"{self.topic}: {self.entry}"


@searched_through(
    "id",
    "name",
    "slug",
    entries="""
        SELECT content_object_id FROM kb_taggedentry
        WHERE tag_id IN (SELECT id FROM changed)
    """,
)
class NamedTag(Tag):  # type: ignore[misc]
    """taggit's tag: the table is not ours, but another name must reach search."""

    class Meta:
        """The same table."""

        proxy = True
        default_permissions = ()  # the admin has Tag itself


@searched("tag", entry="content_object")
@remembered()
class TaggedEntry(ItemBase):  # type: ignore[misc]
    """A tag on an entry.

    Bound to Entry by a foreign key: taggit's generic relation would give a paper
    other tags than the entry it is.
    """

    content_object: models.ForeignKey[Entry, Entry] = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="tagged"
    )
    tag: models.ForeignKey[Tag, Tag] = models.ForeignKey(
        Tag, on_delete=models.CASCADE, related_name="tagged"
    )

    class Meta:
        """A tag stands once on an entry."""

        verbose_name = _("tagging")
        verbose_name_plural = _("taggings")
        constraints = [
            models.UniqueConstraint(
                fields=["content_object", "tag"], name="kb_tag_once_on_an_entry"
            )
        ]
