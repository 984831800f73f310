"""Notes, as far as the asker may see them: private ones are their authors' alone.

Reading marks and the log of changes have no table here: the first are nobody else's
business, the second says nothing that a person could use.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst

from kb.admin.history import HistoryAdmin
from kb.admin.readonly import ReadOnlyAdmin
from kb.models import Annotation, Look, Mail, Notification, Reaction, Reading
from kb.models.annotations import open_to
from kb.models.history import events

PERSONAL = (Annotation, Look, Mail, Notification, Reaction, Reading)


class DiscreetAdmin(admin.ModelAdmin):
    """Asks before it deletes, and does not tell what members keep to themselves.

    Notes, with what hangs on them, and reading marks go with what they are on: they
    neither stand in the way of its deletion nor in the list of what goes.
    """

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[Any], list[Any]]:
        """Return what is deleted as well, how many of each, and what forbids it."""
        going, counts, forbidden, kept = super().get_deleted_objects(objs, request)
        for model in PERSONAL:
            counts.pop(model._meta.verbose_name_plural, None)  # noqa: SLF001
            forbidden.discard(model._meta.verbose_name)  # noqa: SLF001
        return impersonal(going), counts, forbidden, impersonal(kept)


def impersonal(lines: Iterable[Any]) -> list[Any]:
    """Return the admin's lines, nested as they are, without those of PERSONAL."""
    names = tuple(f"{capfirst(model._meta.verbose_name)}: " for model in PERSONAL)  # noqa: SLF001
    kept = (
        impersonal(line) if isinstance(line, list) else line
        for line in lines
        if isinstance(line, list) or not line.startswith(names)
    )
    return [line for line in kept if line]


@admin.register(Annotation)
class AnnotationAdmin(ReadOnlyAdmin):
    """The team's notes; they are written, and deleted, where everyone reads them."""

    fields = [
        *("entry", "author", "visibility", "where", "exact", "orphaned_at", "meaning"),
        *("body", "parent", "written_at", "edited_at"),
        *("resolved_at", "resolved_by", "deleted_at"),
    ]
    list_display = [
        *("entry", "author", "visibility", "where", "meaning"),
        *("written_at", "edited_at", "resolved_at", "deleted_at"),
    ]
    list_filter = ["author", "visibility", "where", "meaning"]
    list_select_related = ["entry", "author"]
    search_fields = ["entry__title", "body", "exact"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what others keep to themselves."""
        return super().get_queryset(request).filter(open_to(request.user))


@admin.register(events(Annotation))
class AnnotationHistoryAdmin(HistoryAdmin):
    """What became of the team's notes."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what others kept to themselves at the time."""
        return super().get_queryset(request).filter(open_to(request.user))
