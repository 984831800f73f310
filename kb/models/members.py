"""How the site treats each of the people who use it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.models.summaries import Language


class Theme(models.TextChoices):
    """How the site looks."""

    SYSTEM = "", _("as the system")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")


class UiLanguage(models.TextChoices):
    """The languages of the interface."""

    BROWSER = "", _("as the browser")
    ZH = "zh-hans", "简体中文"
    EN = "en", "English"


class News(models.TextChoices):
    """What a member can be told of."""

    MENTION = "mention", _("somebody mentions me")
    REPLY = "reply", _("somebody replies to me")
    NOTE = "note", _("a note on an entry I follow")
    VERSION = "version", _("a new version of a paper I follow")
    WITHDRAWN = "withdrawn", _("a paper I follow is withdrawn")
    ACCEPTED = "accepted", _("something I suggested is in the list")
    DECLINED = "declined", _("something I suggested is declined")
    ASKED = "asked", _("somebody asks me to see to an entry")


class Digest(models.TextChoices):
    """How often what is new comes by e-mail."""

    NEVER = "", _("never")
    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every week")


def every_news() -> list[str]:
    """Return all there is to be told of."""
    return list(News.values)


class Member(models.Model):
    """A user's profile: how they want to see and read."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="member"
    )
    ui_language = models.CharField(
        _("interface language"),
        max_length=8,
        choices=UiLanguage.choices,
        default=UiLanguage.BROWSER,
        blank=True,
    )
    reading_language = models.CharField(
        _("reading language"),
        max_length=2,
        choices=Language.choices,
        blank=True,
        help_text=_("Which summary is shown first."),
    )
    theme = models.CharField(
        _("theme"),
        max_length=5,
        choices=Theme.choices,
        default=Theme.SYSTEM,
        blank=True,
    )
    inbox_kinds = ArrayField(
        models.CharField(max_length=9, choices=News.choices),
        verbose_name=_("tell me of"),
        default=every_news,
        blank=True,
    )
    digest = models.CharField(
        _("digest by e-mail"),
        max_length=6,
        choices=Digest.choices,
        default=Digest.NEVER,
        blank=True,
    )
    digest_due_at = models.DateTimeField(null=True, editable=False)
    feeds = models.PositiveIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text="Which of their feed keys is good; an even number is none.",
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("invited by"),
    )

    class Meta:
        """As in English."""

        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        """Return the user's name."""
        return str(self.user)
