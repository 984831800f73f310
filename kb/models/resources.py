"""What belongs to an entry beside its own page: code, models, project pages."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.models.changes import searched
from kb.models.entries import URL_LENGTH, Entry
from kb.models.history import remembered

LABEL_LENGTH = 200


class ResourceKind(models.TextChoices):
    """What a resource is."""

    CODE = "code", _("code")
    MODEL = "model", _("model")
    DATA = "data", _("data set")
    PROJECT = "project", _("project page")
    OTHER = "other", _("link")


class Source(models.TextChoices):
    """Where a resource is known from."""

    MEMBER = "member", _("a member")
    ARXIV = "arxiv", _("comment or abstract at arXiv")
    LIST = "list", _("an imported list")


class ResourceQuerySet(models.QuerySet["Resource"]):
    """Resources, selectable by whether they are shown."""

    def shown(self) -> Self:
        """Leave out what a member took off."""
        return self.filter(hidden=False)


@searched("kind", "hidden")
@remembered()
class Resource(models.Model):
    """A link of an entry. One that a member took off stays, so no job adds it anew."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="resources")
    url = models.CharField(_("address"), max_length=URL_LENGTH)
    kind = models.CharField(
        _("kind"),
        max_length=8,
        choices=ResourceKind.choices,
        default=ResourceKind.OTHER,
    )
    label = models.CharField(_("label"), max_length=LABEL_LENGTH, blank=True)
    source = models.CharField(_("known from"), max_length=8, choices=Source.choices)
    hidden = models.BooleanField(_("taken off"), default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="resources_added",
        verbose_name=_("added by"),
    )
    added_at = models.DateTimeField(_("added"), editable=False)

    objects: ClassVar[ResourceQuerySet] = ResourceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """In the order in which they came; an address is once on an entry."""

        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "url"], name="kb_resource_once_on_an_entry"
            )
        ]

    def __str__(self) -> str:
        """Return its label, else its address."""
        return self.label or self.url
