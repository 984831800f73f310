"""No form of the curators' tables saves over what somebody else saved meanwhile.

A form carries what it showed. What its curator left alone stays as others have left it
since; where both changed the same, nothing is saved and theirs is shown.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from taggit.models import Tag

from kb.ops.errors import Outdated
from kb.ops.three_way import merged_set
from kb.web import clashes

SHOWN = "kb.admin.shown"  # what a signed text is good for


class GuardedForm(forms.ModelForm):
    """A form of a row that others may change while it is open.

    `touched` are the fields that its curator changed, known once the form is clean.
    """

    before = forms.CharField(widget=forms.HiddenInput, required=False)
    touched: frozenset[str] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Remember what is shown."""
        super().__init__(*args, **kwargs)
        if "before" in self.fields:
            self.fields["before"].initial = self.signed(self.initial)

    def signed(self, row: Mapping[str, Any]) -> str:
        """Return what fields show, to be sent back as it is."""
        shown = {name: self.told(name, row.get(name)) for name in self.guarded()}
        return signing.dumps(shown, salt=SHOWN)

    def guarded(self) -> Iterable[str]:
        """Return the fields that are compared."""
        return [name for name in self.fields if name != "before"]

    def told(self, name: str, value: Any) -> Any:
        """Return a value as it is compared: as text, or sorted names of tags."""
        if name == "tags":
            return sorted(str(tag) for tag in value or ())
        return "" if value is None else str(value).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        """Put together what is saved now and what the curator changed."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk:
            self.settle(data, self.seen(), self.row())
        return data

    def seen(self) -> dict[str, Any]:
        """Return what the form showed first. Raises ValidationError."""
        try:
            shown: dict[str, Any] = signing.loads(self.data["before"], salt=SHOWN)
        except (KeyError, signing.BadSignature) as unknown:
            raise ValidationError(
                _("This form does not say what it began from. Open it again.")
            ) from unknown
        return shown

    def row(self) -> dict[str, Any]:
        """Return what is saved now, which nobody else changes until this is done."""
        manager = type(self.instance)._default_manager  # noqa: SLF001 - public API
        current = manager.select_for_update().get(pk=self.instance.pk)
        return forms.model_to_dict(current, fields=list(self.guarded()))

    def settle(
        self, data: dict[str, Any], seen: Mapping[str, Any], row: Mapping[str, Any]
    ) -> None:
        """Take what others changed into `data`; refuse what both did."""
        touched = set()
        for name in data.keys() & seen.keys():
            mine, was = self.told(name, data[name]), seen[name]
            theirs = self.told(name, row[name])
            if name == "tags":
                data[name] = sorted(merged_set(was, theirs, mine))
            elif mine == was:
                data[name] = row[name]
            elif theirs in (was, mine):
                touched.add(name)
            else:
                self.refuse(name, theirs)
        self.touched = frozenset(touched)
        if self.errors:
            self.begin_again(data, row)

    def refuse(self, name: str, theirs: str) -> None:
        """Say what somebody else put there."""
        told = _("Somebody changed this to “%(text)s” since you began.")
        again = _("Save again to put yours in its place.")
        self.add_error(name, f"{told % {'text': theirs}} {again}")

    def begin_again(self, data: Mapping[str, Any], row: Mapping[str, Any]) -> None:
        """Let the form that is shown again be about what is saved now."""
        kept = QueryDict(mutable=True)
        kept.update(self.data)
        kept[self.add_prefix("before")] = self.signed(row)
        for name in data.keys() - self.errors.keys() - {"before"}:
            value = list(map(named, data[name])) if name == "tags" else data[name]
            shown = self[name].field.widget.format_value(value)
            every = shown if isinstance(shown, list) else [shown or ""]
            kept.setlist(self.add_prefix(name), every)
        self.data = kept


def named(name: str) -> Tag:
    """Return a tag of that name, to be shown."""
    return Tag(name=name)


class ClashingAdmin(admin.ModelAdmin):
    """Answers 409 with both texts, to be put together, where a verb says Outdated."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """Show the form, or a clash in its place."""
        if clashes.combining(request):
            obj = self.get_object(request, unquote(object_id or ""))
            if shown := self.clash_again(request, obj):
                return shown
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Outdated as refusal:  # its transaction is rolled back
            return self.clash(request, refusal)

    def clash(self, request: HttpRequest, refusal: Outdated) -> HttpResponse:
        """Return the page of a refusal."""
        raise NotImplementedError

    def clash_again(self, request: HttpRequest, obj: Any) -> HttpResponse | None:
        """Return the page of a clash that the request carries, None for none."""
        raise NotImplementedError
