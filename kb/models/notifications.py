"""What members are told of, on the site and by e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from kb.models.annotations import Annotation
from kb.models.entries import AWAY, Entry
from kb.models.members import News
from kb.models.milestones import Milestone
from kb.text.visible import visible

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser, User

EXCERPT = 160  # characters of a note
ATTEMPTS = 12  # at a mail, over about a day and a half; after that it is given up

TOLD = {
    News.MENTION: gettext_lazy("%(who)s mentioned you"),
    News.REPLY: gettext_lazy("%(who)s replied in a thread of yours"),
    News.NOTE: gettext_lazy("%(who)s wrote a note"),
    News.VERSION: gettext_lazy("Version %(number)s is out"),
    News.WITHDRAWN: gettext_lazy("Withdrawn by its authors"),
    News.ACCEPTED: gettext_lazy("What you suggested is in the list"),
    News.DECLINED: gettext_lazy("What you suggested was declined"),
    News.ASKED: gettext_lazy("You are asked to see to this entry"),
}


def excerpt(html: str, quote: str) -> str:
    """Return the first words of a note, or of the passage it marks, on one line."""
    said = visible(html) or quote
    return Truncator(" ".join(said.split())).chars(EXCERPT)


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notifications, selectable by whose they are and whether they were seen."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Keep the member's own, of what they may still see; none for strangers."""
        if not user.is_authenticated:
            return self.none()
        notes = Annotation.objects.visible_to(user).standing()
        seen = models.Q(annotation=None) | models.Q(annotation__in=notes)
        mine = self.filter(seen, member=user.pk)
        declined = models.Q(kind=News.DECLINED)
        return mine.exclude(~declined, entry__status__in=AWAY)

    def unread(self) -> Self:
        """Keep what was not looked at yet."""
        return self.filter(read_at=None)

    def for_list(self) -> Self:
        """Load what a line of the inbox tells: one query."""
        return self.select_related("entry", "annotation__author", "milestone")


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

    def get_absolute_url(self) -> str:
        """Return the address of what it is about."""
        page = self.entry.get_absolute_url()
        return f"{page}#note-{self.annotation_id}" if self.annotation_id else page

    @property
    def told(self) -> str:
        """What happened, in the active language."""
        who = self.annotation.author if self.annotation else ""
        number = self.milestone.version if self.milestone else None
        template = str(TOLD[News(self.kind)])
        if self.kind == News.NOTE and self.annotation and not self.annotation.body:
            template = gettext("%(who)s highlighted a passage")
        if self.kind == News.VERSION and number is None:
            template = gettext("A new version is out")
        return template % {"who": who, "number": number}

    @property
    def excerpt(self) -> str:
        """The first words of the note, or of the passage it marks; else the reason."""
        if self.kind == News.DECLINED:
            return self.entry.away_why
        if self.annotation is None:
            return ""
        return excerpt(self.annotation.html, self.annotation.exact)


class MailQuerySet(models.QuerySet["Mail"]):
    """Mails, selectable by how they stand."""

    def due(self, now: datetime) -> Self:
        """Keep what is to be sent by `now` to somebody who can get it, oldest first."""
        waiting = self.filter(sent_at=None, due_at__lte=now, attempts__lt=ATTEMPTS)
        there = waiting.filter(member__is_active=True).exclude(member__email="")
        return there.order_by("due_at", "pk")


class Mail(models.Model):
    """An e-mail to a member: kept until it is sent, and a while after.

    One with `sent_at` and a `problem` was begun and never heard of again: it may have
    arrived, so no machine sends it twice.
    """

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

    objects: ClassVar[MailQuerySet] = MailQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """Newest first."""

        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        """Return to whom, and about what."""
        return f"{self.member}: {self.subject}"
