"""Notes, as far as the asker may see them: private ones are their authors' alone.

Reading marks and the log of changes have no table here: the first are nobody else's
business, the second says nothing that a person could use.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from kb.admin.history import HistoryAdmin
from kb.admin.readonly import ReadOnlyAdmin
from kb.models import Annotation
from kb.models.annotations import open_to
from kb.models.history import events


@admin.register(Annotation)
class AnnotationAdmin(ReadOnlyAdmin):
    """The team's notes; they are written, and deleted, where everyone reads them."""

    fields = ["entry", "author", "visibility", "body", "written_at", "edited_at"]
    list_display = ["entry", "author", "visibility", "written_at", "edited_at"]
    list_filter = ["author", "visibility"]
    list_select_related = ["entry", "author"]
    search_fields = ["entry__title", "body"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what others keep to themselves."""
        return super().get_queryset(request).filter(open_to(request.user))


@admin.register(events(Annotation))
class AnnotationHistoryAdmin(HistoryAdmin):
    """What became of the team's notes."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what others kept to themselves at the time."""
        return super().get_queryset(request).filter(open_to(request.user))
