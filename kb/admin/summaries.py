"""Summaries, with the site's editor."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.admin.guard import ClashingAdmin
from kb.models import Entry, Summary
from kb.ops import summaries
from kb.ops.errors import Outdated
from kb.ops.words import translated
from kb.text import markdown
from kb.text.markdown import TooLong
from kb.web import summary_clashes
from kb.web.editor import MarkdownEditor


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
        if not body.strip():
            raise forms.ValidationError(_("A summary needs some text."))
        return body

    def clean(self) -> dict[str, Any]:
        """Take the summary that another added meanwhile: the verb then shows theirs."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        there = {name: data.get(name) for name in ("entry", "language")}
        if not self.instance.pk and all(there.values()):
            self.instance = Summary.objects.filter(**there).first() or self.instance
        return data


@admin.register(Summary)
class SummaryAdmin(ClashingAdmin):
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
        body, base = data["body"], data.get("base") or 0
        by, now = request.user, timezone.now()
        saved = summaries.save(obj.entry, obj.language, body, base=base, by=by, now=now)
        obj.pk = saved.pk

    def clash(self, request: HttpRequest, refusal: Outdated) -> HttpResponse:
        """Show what was sent beside what is saved now."""
        return summary_clashes.refused(request, refusal)

    def clash_again(
        self, request: HttpRequest, obj: Summary | None
    ) -> HttpResponse | None:
        """Put choices into the field."""
        given = request.POST.get("entry", ""), request.POST.get("language", "")
        key, language = (obj.entry_id, obj.language) if obj else given
        entry = get_object_or_404(Entry, pk=key)
        return summary_clashes.again(request, entry, language)

    def delete_model(self, request: HttpRequest, obj: Summary) -> None:
        """Call the verb, which keeps what was noted of the text."""
        summaries.delete(obj, by=request.user, now=timezone.now())

    def delete_queryset(
        self, request: HttpRequest, queryset: QuerySet[Summary]
    ) -> None:
        """Do so for each."""
        for summary in queryset:
            self.delete_model(request, summary)
