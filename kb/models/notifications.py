"""What members are told of, on the site and by e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.models.annotations import Annotation
from kb.models.entries import Entry
from kb.models.members import News
from kb.models.milestones import Milestone

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notifications, selectable by whose they are and whether they were seen."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Keep the member's own; none for who is not one."""
        return self.filter(member=user.pk) if user.is_authenticated else self.none()

    def unread(self) -> Self:
        """Keep what was not looked at yet."""
        return self.filter(read_at=None)


class Notification(models.Model):
    """One thing a member is told of: a note, or something that happened to a paper.

    What must not be seen any more, as a note made private, is left out when shown.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(max_length=9, choices=News.choices)
    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="notifications"
    )
    annotation = models.ForeignKey(
        Annotation, on_delete=models.CASCADE, null=True, related_name="notifications"
    )
    milestone = models.ForeignKey(
        Milestone, on_delete=models.CASCADE, null=True, related_name="notifications"
    )
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects: ClassVar[NotificationQuerySet] = NotificationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """Newest first; a member is told once of one thing."""

        default_permissions = ()  # nobody opens this table in the admin
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(name="kb_notification_inbox", fields=["member", "-at"]),
            models.Index(
                name="kb_notification_unread",
                fields=["member"],
                condition=models.Q(read_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="kb_notification_once_of_a_note", fields=["member", "annotation"]
            ),
            models.UniqueConstraint(
                name="kb_notification_once_of_a_milestone",
                fields=["member", "milestone"],
            ),
        ]

    def __str__(self) -> str:
        """Return who is told of what."""
        return f"{self.member}: {self.get_kind_display()}"


class Mail(models.Model):
    """An e-mail to a member: kept until it is sent, and a while after."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="mails",
        verbose_name=_("to"),
    )
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    unsubscribe_url = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(_("made"))
    due_at = models.DateTimeField(_("due"), db_index=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    problem = models.TextField(_("problem"), blank=True)

    class Meta:
        """Newest first."""

        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        """Return to whom, and about what."""
        return f"{self.member}: {self.subject}"
