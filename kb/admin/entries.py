"""Entries, papers, blog posts and summaries."""

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
from kb.admin.readonly import ReadOnlyAdmin
from kb.models import Blog, Entry, Filing, Paper, PaperVersion, Summary
from kb.ops import acting, entries, papers, summaries
from kb.ops.errors import NotUnderstood, Outdated
from kb.ops.words import translated
from kb.text import markdown
from kb.text.markdown import TooLong
from kb.web.editor import MarkdownEditor
from kb.web.forms import FreeTags


class FilingInline(admin.TabularInline):
    """Where an entry is filed."""

    model = Filing
    fk_name = "entry"
    extra = 1
    fields = ["topic"]
    autocomplete_fields = ["topic"]
    ordering = ["topic__path"]


class EntryForm(forms.ModelForm):
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
            obj.save(update_fields=self.written(obj, form) if change else None)
            if "title" in form.changed_data:
                Paper.objects.filter(pk=obj.pk).update(title_from_arxiv=False)
            if form.named and "url" in form.changed_data:
                entries.relink(obj, form.named, now=timezone.now())

    def written(self, obj: Any, form: Any) -> set[str]:
        """Return the columns the curator changed; a job may have written others."""
        columns = {field.name for field in obj._meta.concrete_fields}  # noqa: SLF001
        return columns.intersection(form.changed_data)

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
    fields = ["kind", "title", "url", "status", "tags", "added_by", "added_at"]
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
        (gettext_lazy("Added"), {"fields": ["added_by", "added_at"]}),
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
    ]
    readonly_fields = ["reachable", "added_by", "added_at"]


class SummaryForm(forms.ModelForm):
    """A summary, saved against the version the form was made from."""

    base = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        """The rest follows from these."""

        model = Summary
        fields = ["entry", "language", "body"]
        widgets = {"body": MarkdownEditor}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Remember the version that is being edited."""
        super().__init__(*args, **kwargs)
        self.fields["base"].initial = self.instance.version if self.instance.pk else 0

    def clean_body(self) -> str:
        """Refuse a text that is too long, and show it again."""
        body: str = self.cleaned_data["body"]
        try:
            markdown.render(body)
        except TooLong as refusal:
            raise forms.ValidationError(translated(refusal)) from refusal
        return body

    def clean(self) -> dict[str, Any]:
        """Refuse to save over somebody else's newer text, and blank text."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        current = Summary.objects.filter(pk=self.instance.pk).first()
        if current and current.version != data.get("base"):
            raise forms.ValidationError(
                _("%(who)s saved this summary since you began. Their text: %(text)s")
                % {"who": current.edited_by or _("the machine"), "text": current.body}
            )
        if not (data.get("body") or "").strip():
            raise forms.ValidationError(_("A summary needs some text."))
        return data


@admin.register(Summary)
class SummaryAdmin(admin.ModelAdmin):
    """Summaries, with the site's editor."""

    form = SummaryForm
    autocomplete_fields = ["entry"]
    fields = ["entry", "language", "body", "base", "version", "edited_by", "edited_at"]
    list_display = ["entry", "language", "version", "edited_by", "edited_at"]
    list_filter = ["language", "edited_by"]
    list_select_related = ["entry", "edited_by"]
    readonly_fields = ["version", "edited_by", "edited_at"]
    search_fields = ["entry__title", "body"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> list[str] | tuple[str, ...]:
        """Keep a summary with its entry and language."""
        fixed = ["entry", "language"] if obj else []
        return [*fixed, *self.readonly_fields]

    def save_model(
        self, request: HttpRequest, obj: Summary, form: Any, change: Any
    ) -> None:
        """Call the verb, which renders, counts versions and refuses to overwrite."""
        data = form.cleaned_data
        base = data.get("base") or 0
        try:
            saved = summaries.save(
                obj.entry,
                obj.language,
                data["body"],
                base=base,
                by=request.user,
                now=timezone.now(),
            )
        except Outdated as refusal:  # in the very moment since the form was checked
            messages.error(request, f"{refusal} {_('Nothing was saved.')}")
        else:
            obj.pk = saved.pk


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
