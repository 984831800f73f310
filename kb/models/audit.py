"""What was done to people and rights, and refused: a log that nobody can edit."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Act(models.TextChoices):
    """What is written down."""

    INVITED = "invited", _("invited")
    ROLE = "role", _("given a role")
    DEACTIVATED = "off", _("deactivated")
    ACTIVATED = "on", _("activated again")
    FACTOR = "factor", _("second factor taken away")
    SESSIONS = "sessions", _("logged out everywhere")
    REFUSED = "refused", _("refused")
    PURGED = "purged", _("purged from the bin")


@pgtrigger.register(
    pgtrigger.Protect(name="audit_stays", operation=pgtrigger.Update | pgtrigger.Delete)
)
class AuditLine(models.Model):
    """One administrative act. The database lets nobody change or delete it."""

    at = models.DateTimeField(_("when"), db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    act = models.CharField(_("what"), max_length=8, choices=Act.choices)
    subject = models.CharField(_("to whom or what"), max_length=300)
    detail: models.JSONField[Any, Any] = models.JSONField(_("more"), default=dict)

    class Meta:
        """Newest first."""

        verbose_name = _("audit line")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        """Return what was done to whom."""
        return f"{self.get_act_display()}: {self.subject}"
