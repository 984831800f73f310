"""Links by which people without an account read a topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.models.topics import Topic

if TYPE_CHECKING:
    from datetime import datetime


class ShareQuerySet(models.QuerySet["Share"]):
    """Links, selectable by whether they still lead somewhere."""

    def good(self, now: datetime) -> Self:
        """Keep what was neither taken back nor is over by `now`."""
        later = models.Q(expires_at=None) | models.Q(expires_at__gt=now)
        return self.filter(later, revoked_at=None)


class Share(models.Model):
    """A topic, with all below it, that whoever has the link may read."""

    topic: models.ForeignKey[Topic, Topic] = models.ForeignKey(
        Topic, on_delete=models.CASCADE, related_name="shares", verbose_name=_("topic")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("good until"), null=True)
    revoked_at = models.DateTimeField(_("taken back"), null=True)

    objects: ClassVar[ShareQuerySet] = ShareQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """Newest first; the site alone shows them."""

        default_permissions = ()
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        """Return what is shared."""
        return str(self.topic)
