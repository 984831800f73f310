"""Entries, papers and blog posts."""

from typing import Any

import taggit.admin  # noqa: F401 - registers a page for tags, which ours replaces
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from taggit.models import Tag

from kb import tasks
from kb.admin.annotations import DiscreetAdmin
from kb.admin.guard import GuardedForm
from kb.admin.readonly import ReadOnlyAdmin
from kb.models import Blog, Entry, Filing, Paper, PaperVersion
from kb.models.entries import GONE, Status
from kb.ops import (
    acting,
    bin,  # noqa: A004 - the word for it
    entries,
    papers,
)
from kb.ops.errors import NotUnderstood
from kb.web.forms import FreeTags


class FilingInline(admin.TabularInline):
    """Where an entry is filed."""

    model = Filing
    fk_name = "entry"
    extra = 1
    fields = ["topic"]
    autocomplete_fields = ["topic"]
    ordering = ["topic__path"]


class EntryForm(GuardedForm):
    """An entry; its address is brought into canonical form, and is nobody else's."""

    tags = FreeTags(label=gettext_lazy("Tags"), required=False)
    named: entries.Named | None = None

    def clean_url(self) -> str | None:
        """Return the canonical address, None for none."""
        given = self.cleaned_data["url"]
        if not given:
            self.refuse_to_lose_arxiv()
            return None
        try:
            named = entries.understand(given)
        except NotUnderstood as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        twin = entries.known(named)
        if twin and twin.pk != self.instance.pk:
            told = _("“%(title)s” has this address already.") % {"title": twin}
            raise forms.ValidationError(told)
        self.named = named
        return named.url

    def refuse_to_lose_arxiv(self) -> None:
        """Keep the address of an arXiv paper."""
        if Paper.objects.on_arxiv().filter(pk=self.instance.pk).exists():
            raise forms.ValidationError(
                _("An arXiv paper keeps its address; give it another one instead.")
            )


class EntryAdmin(DiscreetAdmin):
    """What papers and blog posts have in common."""

    form = EntryForm
    date_hierarchy = "added_at"
    inlines = [FilingInline]
    list_filter = ["status", ("topics", admin.RelatedOnlyFieldListFilter), "tags"]
    list_select_related = ["added_by"]
    search_fields = ["title", "url"]

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: Any
    ) -> None:
        """Keep it as done by the curator; a title they give is theirs.

        A paper given another address becomes the paper there.
        """
        if not change:
            obj.added_by, obj.added_at = request.user, timezone.now()
            obj.kind = self.kind
        with acting.acting(request.user, "admin"):
            if change:
                # And nothing else: a job may have written there since it was read.
                obj.save(update_fields=form.touched - {"tags"})
            else:
                obj.save()
            if "title" in form.touched or not change:
                Paper.objects.filter(pk=obj.pk).update(title_from_arxiv=False)
            if form.named and ("url" in form.touched or not change):
                entries.relink(obj, form.named, now=timezone.now())

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no to what is in the bin or merged: the desk restores it."""
        gone = obj is not None and obj.status in GONE
        return not gone and super().has_change_permission(request, obj)

    def formfield_for_choice_field(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer no status that the desk alone gives."""
        if db_field.name == "status":
            kwargs["choices"] = [one for one in Status.choices if one[0] not in GONE]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[Any], list[Any]]:
        """Tell of the entries alone: all that hangs on them waits with them."""
        return [str(entry) for entry in objs], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Put it in the bin, from which the desk restores it."""
        bin.put_in([obj.pk], by=request.user, now=timezone.now())
        told = _("It is in the bin for 30 days; the desk restores it.")
        self.message_user(request, told, messages.INFO)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Put them in the bin."""
        keys = queryset.values_list("pk", flat=True)
        bin.put_in(keys, by=request.user, now=timezone.now())

    def save_formset(
        self, request: HttpRequest, form: Any, formset: Any, change: Any
    ) -> None:
        """File new entries last under their topics."""
        for filing in formset.save(commit=False):
            if not filing.pk:
                below = Filing.objects.filter(topic=filing.topic)
                filing.position = entries.next_position(below)
            filing.save()
        for filing in formset.deleted_objects:
            filing.delete()

    kind = ""


@admin.register(Entry)
class AnyEntryAdmin(EntryAdmin):
    """Every entry, whatever its kind."""

    list_display = ["title", "kind", "status", "added_by", "added_at"]
    list_filter = ["kind", *EntryAdmin.list_filter]
    fields = [
        *("kind", "title", "url", "status", "tags", "added_by", "added_at", "before"),
    ]
    readonly_fields = ["kind", "added_by", "added_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: an entry is added as what it is."""
        return False


@admin.register(Paper)
class PaperAdmin(EntryAdmin):
    """Papers, with their metadata refreshed on demand."""

    kind = "paper"
    actions = ["refresh_from_arxiv"]
    list_display = [
        "title",
        "arxiv_id",
        "refresh_state",
        "refreshed_at",
        "refresh_due_at",
        "withdrawn",
        "status",
    ]
    list_filter = [*EntryAdmin.list_filter, "refresh_state", "withdrawn"]
    search_fields = [*EntryAdmin.search_fields, "arxiv_id", "doi", "abstract"]
    from_arxiv = [
        "arxiv_title",
        "authors",
        "abstract",
        "categories",
        "primary_category",
        "published_at",
        "updated_at",
        "latest_version",
        "withdrawn",
        "comment",
        "journal_ref",
        "licence",
        "refresh_state",
        "refresh_problem",
        "refreshed_at",
        "refresh_due_at",
    ]
    readonly_fields = ["arxiv_id", "cited_version", *from_arxiv, "added_by", "added_at"]
    fieldsets = [
        (None, {"fields": ["title", "url", "status", "tags", "doi"]}),
        (
            gettext_lazy("From arXiv"),
            {"fields": ["arxiv_id", "cited_version", *from_arxiv]},
        ),
        (gettext_lazy("Added"), {"fields": ["added_by", "added_at", "before"]}),
    ]

    @admin.action(
        description=gettext_lazy("Refresh from arXiv"), permissions=["change"]
    )
    def refresh_from_arxiv(
        self, request: HttpRequest, selected: QuerySet[Paper]
    ) -> None:
        """Bring the selected arXiv papers due now, and wake the job."""
        chosen = Paper.objects.filter(pk__in=selected.values("pk"))
        count = papers.ask(chosen, by=request.user, now=timezone.now())
        if settings.ARXIV_ENABLED:
            transaction.on_commit(tasks.wake, robust=True)
        told = ngettext("%(n)d paper is due.", "%(n)d papers are due.", count)
        self.message_user(request, told % {"n": count}, messages.SUCCESS)
        if not settings.ARXIV_ENABLED:
            off = _("Nothing is fetched: arXiv is switched off on this site.")
            self.message_user(request, off, messages.WARNING)


@admin.register(Blog)
class BlogAdmin(EntryAdmin):
    """Blog posts."""

    kind = "blog"
    list_display = ["title", "site", "author", "published_on", "reachable", "status"]
    list_filter = [*EntryAdmin.list_filter, "reachable", "site"]
    search_fields = [*EntryAdmin.search_fields, "site", "author"]
    fields = [
        "title",
        "url",
        "status",
        "tags",
        "site",
        "author",
        "published_on",
        "reachable",
        "added_by",
        "added_at",
        "before",
    ]
    readonly_fields = ["reachable", "added_by", "added_at"]


@admin.register(PaperVersion)
class PaperVersionAdmin(ReadOnlyAdmin):
    """Versions of papers, as arXiv told of them."""

    list_display = ["paper", "number", "submitted_at", "title"]
    list_select_related = ["paper"]
    search_fields = ["paper__title", "paper__arxiv_id", "title"]


admin.site.unregister(Tag)


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    """Tags, by name. Not taggit's page: what that merges is in a table not ours."""

    list_display = ["name", "slug"]
    ordering = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name"]
