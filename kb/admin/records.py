"""Imported lists and runs."""

from django.contrib import admin

from kb.admin.readonly import ReadOnlyAdmin
from kb.models import ReadingList, Run


@admin.register(ReadingList)
class ReadingListAdmin(ReadOnlyAdmin):
    """Lists that were imported."""

    list_display = ["name", "imported_at", "imported_by"]
    list_select_related = ["imported_by"]
    search_fields = ["name"]


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """Imports and refreshes."""

    list_display = ["started_at", "kind", "subject", "outcome", "asked_by"]
    list_filter = ["kind", "outcome"]
    list_select_related = ["asked_by"]
    search_fields = ["subject"]
