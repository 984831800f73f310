"""What belongs to entries: code, models, project pages."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.admin.annotations import DiscreetAdmin
from kb.models import Resource
from kb.models.resources import Source
from kb.ops import acting, entries
from kb.ops.errors import NotUnderstood


class ResourceForm(forms.ModelForm):
    """A resource; its address is brought into canonical form."""

    def clean_url(self) -> str:
        """Return the canonical address, which no other resource of the entry has."""
        try:
            url = entries.understand(self.cleaned_data["url"]).url
        except NotUnderstood as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        kept = self.instance
        beside = Resource.objects.filter(entry=kept.entry_id).exclude(pk=kept.pk)
        if beside.filter(url=url).exists():
            raise forms.ValidationError(_("The entry has this address already."))
        return url


@admin.register(Resource)
class ResourceAdmin(DiscreetAdmin):
    """Resources. One that is wrong is taken off: deleted, a job would find it again."""

    form = ResourceForm
    autocomplete_fields = ["entry"]
    fields = ["entry", "url", "kind", "label", "hidden", "source", "added_by"]
    list_display = ["__str__", "kind", "entry", "source", "hidden", "added_at"]
    list_filter = ["kind", "source", "hidden"]
    list_select_related = ["entry"]
    readonly_fields = ["source", "added_by"]
    search_fields = ["url", "label", "entry__title"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> list[str] | tuple[str, ...]:
        """Keep a resource with its entry."""
        return [*(["entry"] if obj else []), *self.readonly_fields]

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: Any
    ) -> None:
        """Keep it as done by the curator."""
        if not change:
            obj.source, obj.added_by = Source.MEMBER, request.user
            obj.added_at = timezone.now()
        with acting.acting(request.user, "admin"):
            super().save_model(request, obj, form, change)
