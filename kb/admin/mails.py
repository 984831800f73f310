"""Mails that wait, went or failed. What they say is for who gets them alone."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kb.admin.readonly import ReadOnlyAdmin
from kb.models import Mail
from kb.models.notifications import ATTEMPTS
from kb.ops import mails

STATES = {
    "sent": _("sent"),
    "waiting": _("waiting"),
    "failing": _("failed, tried again later"),
    "given up": _("given up"),
    "unknown": _("begun, and not heard of again"),
}


class StateFilter(admin.SimpleListFilter):
    """How a mail stands."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Offer every state."""
        return STATES.items()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the mails that stand so."""
        waiting, over = queryset.filter(sent_at=None), queryset.exclude(sent_at=None)
        chosen = {
            "sent": over.filter(problem=""),
            "waiting": waiting.filter(attempts=0),
            "failing": waiting.filter(attempts__range=(1, ATTEMPTS - 1)),
            "given up": waiting.filter(attempts__gte=ATTEMPTS),
            "unknown": over.exclude(problem=""),
        }
        return chosen.get(self.value() or "", queryset)


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """Mails, without their text: what members follow is nobody else's business."""

    actions = ["send_again"]
    date_hierarchy = "made_at"
    fields = ["member", "subject", "made_at", "due_at", "sent_at", "attempts"]
    fields += ["problem"]
    list_display = ["made_at", "member", "state", "attempts", "due_at", "problem"]
    list_filter = [StateFilter]
    list_select_related = ["member"]
    search_fields = ["member__username", "member__email", "problem"]

    def lookup_allowed(
        self, lookup: str, value: str, request: HttpRequest | None = None
    ) -> bool:
        """Refuse to look for words of a mail, which would tell them."""
        if lookup.startswith(("text", "html", "unsubscribe_url")):
            return False
        return super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("state"))
    def state(self, mail: Mail) -> str:
        """Say how a mail stands."""
        if mail.sent_at:
            return str(STATES["unknown" if mail.problem else "sent"])
        if mail.attempts >= ATTEMPTS:
            return str(STATES["given up"])
        return str(STATES["failing" if mail.attempts else "waiting"])

    @admin.action(description=_("Send again"), permissions=["view"])
    def send_again(self, request: HttpRequest, selected: QuerySet[Mail]) -> None:
        """Make the selected mails due at once, also those that went out before."""
        count = mails.send_again(selected, now=timezone.now())
        told = ngettext("%(n)d mail will be sent.", "%(n)d mails will be sent.", count)
        self.message_user(request, told % {"n": count}, messages.SUCCESS)
