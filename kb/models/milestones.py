"""What happened to papers at arXiv since they are here."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.models.papers import Paper


class MilestoneKind(models.TextChoices):
    """What happened."""

    VERSION = "version", _("new version")
    TITLE = "title", _("new title")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")
    RETURNED = "returned", _("no longer withdrawn")


class Milestone(models.Model):
    """One thing that happened to a paper, as arXiv told us of it.

    What a paper already was when it was fetched first is none. `before` and `after`
    hold the texts that changed with it, by field: title, abstract, comment,
    journal_ref, doi.
    """

    paper = models.ForeignKey(
        Paper, on_delete=models.CASCADE, related_name="milestones"
    )
    kind = models.CharField(_("kind"), max_length=9, choices=MilestoneKind.choices)
    version = models.PositiveSmallIntegerField(
        _("version"), null=True, help_text=_("The latest one when it was noticed.")
    )
    happened_at = models.DateTimeField(
        _("happened"), help_text=_("As far as arXiv says; else when it was noticed.")
    )
    noticed_at = models.DateTimeField(_("noticed"), db_index=True)
    before: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    after: "models.JSONField[Any, Any]" = models.JSONField(default=dict)

    class Meta:
        """Newest first."""

        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["-noticed_at", "-pk"]

    def __str__(self) -> str:
        """Return what happened to which paper."""
        return f"{self.get_kind_display()}: {self.paper.arxiv_id}"
