"""What the team writes about what it reads."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from markdownx.models import MarkdownxField

from kb.models.changes import searched
from kb.models.entries import Entry
from kb.models.history import remembered


class Language(models.TextChoices):
    """The languages summaries are written in."""

    ZH = "zh", "中文"
    EN = "en", "English"


@searched("language", "html", "edited_by")
@remembered(
    exclude=("html", "excerpt", "renderer"),
    indexes=(models.Index(name="kb_summaryevent_activity", fields=["-edited_at"]),),
)
class Summary(models.Model):
    """The team's Markdown about an entry in one language.

    `version` grows by one with each save, so a writer who began from an older
    one can be told. `html` is the rendered body, made by renderer `renderer`.
    """

    entry = models.ForeignKey(
        Entry,
        on_delete=models.CASCADE,
        related_name="summaries",
        verbose_name=_("entry"),
    )
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    body = MarkdownxField(_("summary"))
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    html = models.TextField(editable=False)
    excerpt = models.CharField(max_length=200, editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="summaries_edited",
        verbose_name=_("edited by"),
    )
    edited_at = models.DateTimeField(_("edited"), editable=False)

    class Meta:
        """One in each language, and never without text."""

        verbose_name = _("summary")
        verbose_name_plural = _("summaries")
        ordering = ["entry", "-language"]
        indexes = [models.Index(name="kb_summary_edited", fields=["edited_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "language"], name="kb_summary_once_in_a_language"
            ),
            models.CheckConstraint(
                name="kb_summary_has_text", condition=models.Q(body__regex=r"\S")
            ),
        ]

    def __str__(self) -> str:
        """Return what it is about and in which language."""
        return f"{self.entry} ({self.get_language_display()})"
