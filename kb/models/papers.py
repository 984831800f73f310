"""Papers, with what arXiv says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Max, Min, Q, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext_lazy as _

from kb.models.changes import searched
from kb.models.entries import TITLE_LENGTH, Entry, EntryQuerySet
from kb.models.history import remembered
from kb.text.arxiv_ids import ArxivRef

if TYPE_CHECKING:
    from datetime import datetime


DOI_LENGTH = 255
CATEGORY_LENGTH = 40


class RefreshState(models.TextChoices):
    """What came of the last attempt to fetch a paper's metadata."""

    NEVER = "", _("not fetched yet")
    FETCHED = "fetched", _("fetched")
    ABSENT = "absent", _("not found at arXiv")
    REJECTED = "rejected", _("refused by arXiv")
    FAILED = "failed", _("could not be fetched")


FAILING = (RefreshState.FAILED, RefreshState.REJECTED)


class PaperQuerySet(EntryQuerySet["Paper"]):
    """Papers, selectable by the state of their arXiv metadata."""

    def on_arxiv(self) -> Self:
        """Keep papers with an arXiv id."""
        return self.exclude(arxiv_id=None)

    def due(self, now: datetime) -> Self:
        """Keep papers whose metadata should be fetched by `now`, longest due first."""
        return self.filter(refresh_due_at__lte=now).order_by("refresh_due_at", "pk")

    def free(self, now: datetime) -> Self:
        """Keep papers that no worker holds at `now`."""
        return self.exclude(leased_until__gt=now)

    def failing(self) -> Self:
        """Keep papers whose last attempt failed or was refused, with its `cause`.

        That is the problem without the paper's own id, so that it is one text for all
        the papers that have it.
        """
        cause = Replace(
            "refresh_problem",
            F("arxiv_id"),  # type: ignore[arg-type]
            Value("…"),
            output_field=models.TextField(),
        )
        failing = self.on_arxiv().filter(refresh_state__in=FAILING)
        return failing.annotate(cause=cause)

    def by_cause(self) -> models.QuerySet[Paper, dict[str, Any]]:
        """Group the failing by state and cause, the most frequent first.

        Each row has the `number` of papers, when the next is tried, `next_at`, and the
        keys of the `first` and the `last`.
        """
        grouped = self.failing().values("refresh_state", "cause")  # type: ignore[misc]
        return grouped.annotate(
            number=Count("pk"),
            next_at=Min("refresh_due_at"),
            first=Min("pk"),
            last=Max("pk"),
        ).order_by("-number", "refresh_state", "cause")

    def standing(self, now: datetime) -> dict[str, Any]:
        """Count arXiv papers in each state, `due` and `held` by workers at `now`.

        `never` were not fetched yet; `oldest` is when the longest due one became so.
        """
        states = {
            state.name.lower(): Count("pk", filter=Q(refresh_state=state))
            for state in RefreshState
        }
        return self.on_arxiv().aggregate(
            due=Count("pk", filter=Q(refresh_due_at__lte=now)),
            oldest=Min("refresh_due_at", filter=Q(refresh_due_at__lte=now)),
            held=Count("pk", filter=Q(leased_until__gt=now)),
            **states,
        )


BOOKKEEPING = (
    "refresh_due_at",
    "leased_until",
    "refreshed_at",
    "refresh_state",
    "refresh_problem",
    "failures",
    "absences",
    "absent_on",
    "details_due",
    "harvested_at",
)


SEARCHED = (
    "arxiv_id",
    "arxiv_title",
    "doi",
    "authors",
    "abstract",
    "categories",
    "published_at",
    "withdrawn",
    "comment",
    "journal_ref",
)


@searched(*SEARCHED, entry="entry_ptr")
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
    doi = models.CharField("DOI", max_length=DOI_LENGTH, blank=True, db_index=True)
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
        models.TextField(), verbose_name=_("categories"), default=list
    )
    primary_category = models.CharField(
        _("primary category"), max_length=CATEGORY_LENGTH, blank=True
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
    leased_until = models.DateTimeField(
        null=True, blank=True, help_text=_("Until then a worker is fetching it.")
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
    details_due = models.BooleanField(
        default=False,
        help_text=_(
            "Its versions and licence are to be asked for, which costs a turn."
        ),
    )
    harvested_at = models.DateTimeField(
        _("versions and licence fetched"), null=True, blank=True
    )

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
        indexes = [
            # They are few, and the page that groups them must not read the others.
            models.Index(
                name="kb_paper_failing",
                fields=["refresh_state"],
                condition=models.Q(refresh_state__in=FAILING),
            ),
            # A job looks for them every few seconds, and hardly any is wanted.
            models.Index(
                name="kb_paper_details_due",
                fields=["entry_ptr"],
                condition=models.Q(details_due=True),
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
