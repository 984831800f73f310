"""Other names of tags: what people type, and what it is filed as."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from kb.models.changes import searched_through
from kb.models.history import remembered
from kb.text.tags import LENGTH


@searched_through(
    "name",
    "tag",
    entries="""
        SELECT content_object_id FROM kb_taggedentry
        WHERE tag_id IN (SELECT tag_id FROM changed)
    """,
    whole=True,
)
@remembered()
class TagAlias(models.Model):
    """Another name of a tag, folded to small letters: who types it means the tag."""

    name = models.CharField(_("name"), max_length=LENGTH, unique=True)
    tag: models.ForeignKey[Tag, Tag] = models.ForeignKey(
        Tag, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("tag")
    )

    class Meta:
        """By name."""

        verbose_name = _("other name of a tag")
        verbose_name_plural = _("other names of tags")
        ordering = ["name"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name
