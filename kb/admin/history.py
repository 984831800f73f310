"""History: who changed what, when and why. Nobody can edit it."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kb.admin.readonly import ReadOnlyAdmin
from kb.models import Blog, Entry, Filing, Paper, Resource, Summary, TaggedEntry, Topic
from kb.models.history import events

TELLING = ("title", "name", "arxiv_id", "url", "language", "site")
TOLD_LENGTH = 120
TRACKED: tuple[type[Model], ...] = (
    Topic,
    Entry,
    Paper,
    Blog,
    Filing,
    TaggedEntry,
    Summary,
    Resource,
)


class HistoryAdmin(ReadOnlyAdmin):
    """The rows of one table as they were after each change."""

    list_display = ["pgh_created_at", "pgh_label", "what", "who", "why"]
    list_filter = ["pgh_label", "pgh_created_at"]
    list_select_related = ["pgh_context"]
    ordering = ["-pgh_id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Look up the names once for the page."""
        self.names = dict(User.objects.values_list("pk", "username"))
        return super().get_queryset(request)

    @admin.display(description=_("what"))
    def what(self, event: Any) -> str:
        """Return the row's own words: what it is of may be gone by now."""
        told = (getattr(event, field, "") for field in TELLING)
        return f"{next(filter(None, told), '')} #{event.pgh_obj_id}"[-TOLD_LENGTH:]

    @admin.display(description=_("who"))
    def who(self, event: Any) -> str:
        """Return the acting user's name."""
        context = event.pgh_context
        key = context.metadata.get("user", 0) if context else 0
        return self.names.get(key, "—")

    @admin.display(description=_("why"))
    def why(self, event: Any) -> str:
        """Return the reason that was recorded."""
        context = event.pgh_context
        return context.metadata.get("reason", "") if context else ""


for model in TRACKED:
    admin.site.register(events(model), HistoryAdmin)
