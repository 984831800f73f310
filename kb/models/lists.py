"""Reading lists that were imported, and what each said when it last was."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kb.models.entries import Entry
from kb.models.history import remembered
from kb.models.runs import Run
from kb.models.topics import Topic


@remembered()
class ReadingList(models.Model):
    """A Markdown list that has been imported, by the name it is known under."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    sha256 = models.CharField(max_length=64, editable=False)
    source = models.BinaryField(
        default=bytes,
        help_text="The file as it came, byte by byte; empty for citations.",
    )
    under = models.ForeignKey(
        Topic,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("under the topic"),
    )
    left_out: "models.JSONField[Any, Any]" = models.JSONField(
        default=list,
        editable=False,
        help_text="What somebody chose not to import, by address, else by title.",
    )
    imported_at = models.DateTimeField(_("imported"), editable=False)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("imported by"),
    )

    class Meta:
        """Newest first."""

        verbose_name = _("reading list")
        verbose_name_plural = _("reading lists")
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class ImportDraft(models.Model):
    """A list that was sent in, byte by byte, with what is chosen of it so far.

    Nothing of it is in the library before it is imported; then it is gone.
    """

    name = models.CharField(_("name"), max_length=200)
    file_name = models.CharField(max_length=300)
    source = models.BinaryField()
    under = models.ForeignKey(
        Topic, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    left_out: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    sent_at = models.DateTimeField()
    run = models.ForeignKey(
        Run, on_delete=models.SET_NULL, null=True, related_name="drafts"
    )

    class Meta:
        """Newest first."""

        ordering = ["-sent_at"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the plan."""
        return reverse("kb:import_plan", args=[self.pk])


@remembered()
class ListItem(models.Model):
    """What a list last said of one entry or topic, and on which lines.

    The next import compares three texts: this, the library's and the list's. Only
    where the first two agree may the third be taken over.
    """

    reading_list = models.ForeignKey(
        ReadingList, on_delete=models.CASCADE, related_name="items"
    )
    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, null=True, related_name="list_items"
    )
    topic = models.ForeignKey(
        Topic, on_delete=models.CASCADE, null=True, related_name="list_items"
    )
    line = models.PositiveIntegerField(_("line"))
    last_line = models.PositiveIntegerField(_("last line"))
    said: "models.JSONField[Any, Any]" = models.JSONField(default=dict)

    class Meta:
        """An item is of one thing, and a list has one item of each."""

        verbose_name = _("list item")
        verbose_name_plural = _("list items")
        ordering = ["line"]
        constraints = [
            models.CheckConstraint(
                name="kb_listitem_of_one_thing",
                condition=models.Q(entry=None, topic__isnull=False)
                | models.Q(topic=None, entry__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["reading_list", "entry"], name="kb_listitem_entry_once"
            ),
            models.UniqueConstraint(
                fields=["reading_list", "topic"], name="kb_listitem_topic_once"
            ),
        ]

    def __str__(self) -> str:
        """Return where it stands and what it is."""
        return f"{self.reading_list}:{self.line} {self.entry or self.topic}"
