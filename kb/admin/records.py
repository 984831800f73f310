"""What the machine keeps: imported lists, runs, harvests, requests and milestones."""

from django.contrib import admin
from django.urls import URLPattern, path

from kb.admin import metadata
from kb.admin.readonly import ReadOnlyAdmin
from kb.models import (
    ArxivRequest,
    AuditLine,
    Harvest,
    LinkCheck,
    Milestone,
    ReadingList,
    Run,
)


@admin.register(ReadingList)
class ReadingListAdmin(ReadOnlyAdmin):
    """Lists that were imported."""

    list_display = ["name", "imported_at", "imported_by"]
    list_select_related = ["imported_by"]
    search_fields = ["name"]


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """Imports, refreshes and harvests; what an undoing needs is shown to nobody."""

    exclude = ["aside", "context"]
    list_display = ["started_at", "kind", "subject", "outcome", "asked_by"]
    list_filter = ["kind", "outcome"]
    list_select_related = ["asked_by"]
    search_fields = ["subject"]


@admin.register(AuditLine)
class AuditAdmin(ReadOnlyAdmin):
    """What was done to people and rights; the database lets nobody change it."""

    date_hierarchy = "at"
    list_display = ["at", "by", "act", "subject"]
    list_filter = ["act"]
    list_select_related = ["by"]
    search_fields = ["subject"]


@admin.register(LinkCheck)
class LinkCheckAdmin(ReadOnlyAdmin):
    """Addresses of posts and links, and what a job last found there."""

    list_display = ["url", "checked_at", "failing_since", "problem", "moved_to"]
    list_filter = [("failing_since", admin.EmptyFieldListFilter)]
    search_fields = ["url"]


@admin.register(Harvest)
class HarvestAdmin(ReadOnlyAdmin):
    """Harvests; the page that says how things stand with arXiv is beside them."""

    list_display = ["__str__", "finished_at", "due_at", "pages", "records", "kept"]
    search_fields = ["set_spec"]

    def get_urls(self) -> list[URLPattern]:
        """Put the page and what it can do before the rows."""
        own = {"": metadata.page, "retry/": metadata.retry, "reopen/": metadata.reopen}
        return [
            *(
                path(
                    f"metadata/{verb}",
                    self.admin_site.admin_view(view),
                    name=f"kb_metadata_{verb}".strip("_/"),
                )
                for verb, view in own.items()
            ),
            *super().get_urls(),
        ]


@admin.register(ArxivRequest)
class ArxivRequestAdmin(ReadOnlyAdmin):
    """What arXiv was asked, and what came of it."""

    date_hierarchy = "at"
    list_display = ["at", "protocol", "outcome", "papers", "seconds", "cause"]
    list_filter = ["protocol", "outcome"]
    search_fields = ["cause"]
    show_full_result_count = False  # there are very many


@admin.register(Milestone)
class MilestoneAdmin(ReadOnlyAdmin):
    """What happened to papers at arXiv."""

    date_hierarchy = "noticed_at"
    list_display = ["noticed_at", "kind", "paper", "version", "happened_at"]
    list_filter = ["kind"]
    list_select_related = ["paper"]
    search_fields = ["paper__title", "paper__arxiv_id"]
