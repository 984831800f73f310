"""Records of long work: what ran, for whom, and what came of it."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class RunKind(models.TextChoices):
    """What a run does."""

    IMPORT = "import", _("import")
    UNDO = "undo", _("undoing")
    SYNC = "sync", _("sync with a checkout")
    REFRESH = "refresh", _("refresh from arXiv")
    HARVEST = "harvest", _("harvest of changes at arXiv")
    SNAPSHOT = "snapshot", _("import of a snapshot of arXiv")
    RETRY = "retry", _("another attempt")
    REOPENING = "reopening", _("end of a pause")
    MERGE = "merge", _("merging of entries")
    BULK = "bulk", _("bulk edit")
    TREE = "tree", _("change of the topic tree")
    TAGS = "tags", _("change of tags")


OF_LISTS = (RunKind.IMPORT, RunKind.UNDO, RunKind.SYNC)
OF_THE_DESK = (RunKind.MERGE, RunKind.BULK, RunKind.TREE, RunKind.TAGS)


class Outcome(models.TextChoices):
    """How a run stands."""

    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    STOPPED = "stopped", _("stopped")


class RunQuerySet(models.QuerySet["Run"]):
    """Runs, selectable by what they are about and how they stand."""

    def with_arxiv(self) -> Self:
        """Keep what had to do with arXiv."""
        return self.exclude(kind__in=(*OF_LISTS, *OF_THE_DESK))

    def with_lists(self) -> Self:
        """Keep what brought lists in, took them back, or kept them in step."""
        return self.filter(kind__in=OF_LISTS)

    def of_the_desk(self) -> Self:
        """Keep what curators did to many things at once."""
        return self.filter(kind__in=OF_THE_DESK)

    def running(self) -> Self:
        """Keep what is not over."""
        return self.filter(outcome=Outcome.RUNNING)

    def over(self) -> Self:
        """Keep what is done, failed or stopped."""
        return self.exclude(outcome=Outcome.RUNNING)


class Run(models.Model):
    """One import, refresh or harvest: what it did, how far it is, what went wrong."""

    kind = models.CharField(_("kind"), max_length=16, choices=RunKind.choices)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="runs",
        verbose_name=_("asked by"),
    )
    started_at = models.DateTimeField(_("started"), db_index=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    outcome = models.CharField(
        _("outcome"),
        max_length=8,
        choices=Outcome.choices,
        default=Outcome.RUNNING,
    )
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    report: models.JSONField[Any, Any] = models.JSONField(_("report"), default=dict)
    problem = models.TextField(_("problem"), blank=True)
    aside: models.JSONField[Any, Any] = models.JSONField(
        default=dict,
        editable=False,
        help_text="What the work takes and an undoing needs; shown to nobody.",
    )
    context = models.UUIDField(
        null=True,
        editable=False,
        help_text="What the history knows its changes by; none where it made none.",
    )
    undoes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="undoings",
    )

    objects: ClassVar[RunQuerySet] = RunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """Newest first."""

        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        """Return what it did, and to what."""
        kind = self.get_kind_display()
        return f"{kind}: {self.subject}" if self.subject else kind

    def get_absolute_url(self) -> str:
        """Return the address of the run's page."""
        return reverse("kb:run", args=[self.pk])

    @property
    def running(self) -> bool:
        """Say whether it is not over."""
        return self.outcome == Outcome.RUNNING
