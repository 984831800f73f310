"""What the team reads: entries, which are papers or blog posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase, Tag

from kb.models.history import remembered
from kb.models.topics import Topic
from kb.text.arxiv_ids import ArxivRef

if TYPE_CHECKING:
    from datetime import datetime

    from kb.models.summaries import Summary

TITLE_LENGTH = 500
URL_LENGTH = 2000

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


class EntryQuerySet(models.QuerySet[E], Generic[E]):
    """Entries, selectable by where they stand and what they are about."""

    def listed(self) -> Self:
        """Keep what is in the list."""
        return self.filter(status=Status.LISTED)

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
        """Load what a row of a list shows: five queries, however many rows."""
        return self.select_related("paper", "blog", "added_by").prefetch_related(
            models.Prefetch("filings", Filing.objects.select_related("topic")),
            "summaries",
            "tags",
        )


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


class RefreshState(models.TextChoices):
    """What came of the last attempt to fetch a paper's metadata."""

    NEVER = "", _("not fetched yet")
    FETCHED = "fetched", _("fetched")
    ABSENT = "absent", _("not found at arXiv")
    REJECTED = "rejected", _("refused by arXiv")
    FAILED = "failed", _("could not be fetched")


class PaperQuerySet(EntryQuerySet["Paper"]):
    """Papers, selectable by the state of their arXiv metadata."""

    def on_arxiv(self) -> Self:
        """Keep papers with an arXiv id."""
        return self.exclude(arxiv_id=None)

    def due(self, now: datetime) -> Self:
        """Keep papers whose metadata should be fetched by `now`, longest due first."""
        return self.filter(refresh_due_at__lte=now).order_by("refresh_due_at", "pk")


BOOKKEEPING = (
    "refresh_due_at",
    "refreshed_at",
    "refresh_state",
    "refresh_problem",
    "failures",
    "absences",
    "absent_on",
)


@remembered(exclude=BOOKKEEPING)
class Paper(Entry):  # type: ignore[django-manager-missing]
    """A paper, with what arXiv says of it."""

    arxiv_id = models.CharField(
        _("arXiv id"),
        max_length=20,
        unique=True,
        null=True,
        blank=True,
        help_text=_("Without version: 2307.02486 or hep-th/9901001."),
    )
    cited_version = models.PositiveSmallIntegerField(
        _("cited version"), null=True, blank=True
    )
    doi = models.CharField("DOI", max_length=255, blank=True, db_index=True)
    arxiv_title = models.CharField(
        _("title at arXiv"), max_length=TITLE_LENGTH, blank=True
    )
    title_from_arxiv = models.BooleanField(
        default=False,
        editable=False,
        help_text=_("The title follows arXiv's, as nobody here has given another."),
    )
    authors: models.JSONField[Any, Any] = models.JSONField(
        _("authors"),
        default=list,
        blank=True,
        help_text=_("In order: name and affiliations of each."),
    )
    abstract = models.TextField(_("abstract"), blank=True)
    categories = ArrayField(
        models.CharField(max_length=40), verbose_name=_("categories"), default=list
    )
    primary_category = models.CharField(
        _("primary category"), max_length=40, blank=True
    )
    published_at = models.DateTimeField(_("first version"), null=True, blank=True)
    updated_at = models.DateTimeField(_("latest version"), null=True, blank=True)
    latest_version = models.PositiveSmallIntegerField(
        _("latest version number"), null=True, blank=True
    )
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    comment = models.TextField(_("authors' comment"), blank=True)
    journal_ref = models.TextField(_("journal reference"), blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)

    refresh_due_at = models.DateTimeField(
        _("refresh due"), null=True, blank=True, db_index=True
    )
    refreshed_at = models.DateTimeField(_("refreshed"), null=True, blank=True)
    refresh_state = models.CharField(
        _("metadata"),
        max_length=8,
        choices=RefreshState.choices,
        default=RefreshState.NEVER,
        blank=True,
    )
    refresh_problem = models.TextField(_("problem"), blank=True)
    failures = models.PositiveSmallIntegerField(
        default=0, help_text=_("Attempts that failed since the last that did not.")
    )
    absences = models.PositiveSmallIntegerField(
        default=0, help_text=_("Days on which arXiv answered and did not know the id.")
    )
    absent_on = models.DateField(null=True, blank=True)

    objects: ClassVar[PaperQuerySet] = PaperQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """An identifier without a due date would never be refreshed."""

        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        constraints = [
            models.CheckConstraint(
                name="kb_paper_arxiv_id_is_null_or_text",
                condition=models.Q(arxiv_id=None) | ~models.Q(arxiv_id=""),
            ),
            models.CheckConstraint(
                name="kb_paper_on_arxiv_has_due_date",
                condition=models.Q(arxiv_id=None) | ~models.Q(refresh_due_at=None),
            ),
        ]

    @property
    def ref(self) -> ArxivRef | None:
        """The paper at arXiv, at the version that was cited."""
        return ArxivRef(self.arxiv_id, self.cited_version) if self.arxiv_id else None

    @property
    def author_names(self) -> list[str]:
        """The authors' names, in order."""
        return [author["name"] for author in self.authors]


class PaperVersion(models.Model):
    """One version of a paper at arXiv, as far as arXiv has told us of it."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH, blank=True)
    abstract_sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveIntegerField(null=True, blank=True)
    source_type = models.CharField(max_length=8, blank=True)

    class Meta:
        """Newest first; a version of a paper is recorded once."""

        verbose_name = _("paper version")
        verbose_name_plural = _("paper versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "number"], name="kb_paperversion_once"
            )
        ]

    def __str__(self) -> str:
        """Return the id arXiv gives the version."""
        return f"{self.paper.arxiv_id}v{self.number}"


@remembered(exclude=("checked_at",))
class Blog(Entry):  # type: ignore[django-manager-missing]
    """A post or page on the web."""

    site = models.CharField(_("site"), max_length=200, blank=True)
    author = models.CharField(_("author"), max_length=200, blank=True)
    published_on = models.DateField(_("published"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last check"), null=True, blank=True)
    reachable = models.BooleanField(_("reachable"), null=True, blank=True)

    objects: ClassVar[EntryQuerySet[Blog]] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """As in English."""

        verbose_name = _("blog post")
        verbose_name_plural = _("blog posts")
