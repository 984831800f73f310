"""What members fill in."""

from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _
from taggit.forms import TagField

from kb.models import Topic
from kb.models.entries import TITLE_LENGTH, Kind
from kb.models.summaries import Language
from kb.ops.entries import Wanted
from kb.web.editor import MarkdownEditor

PASTED_LENGTH = 2100
LIST_BYTES = 5 * 1024 * 1024


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, which may be nothing; None when only the page was asked."""
    return request.POST if request.method == "POST" else None


class TopicChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Topics to tick, in the order and with the indent of the tree."""

    def __init__(self, **kwargs: Any) -> None:
        """Offer every topic."""
        super().__init__(
            queryset=Topic.objects.all(),
            widget=forms.CheckboxSelectMultiple,
            required=False,
            **kwargs,
        )

    def label_from_instance(self, obj: Topic) -> str:
        """Show how deep a topic is."""
        return "\u2003" * int(obj.depth - 1) + str(obj)


class EntryForm(forms.Form):
    """Title, topics and tags of an entry."""

    title = forms.CharField(label=_("Title"), max_length=TITLE_LENGTH)
    topics = TopicChoice(label=_("Topics"))
    tags = TagField(
        label=_("Tags"),
        required=False,
        help_text=_("Free words, separated by commas."),
    )

    def wanted(self, kind: str) -> Wanted:
        """Return what was filled in."""
        data = self.cleaned_data
        return Wanted(
            data["title"], data.get("kind", kind), data["topics"], data["tags"]
        )


class AddForm(EntryForm):
    """An entry to be: what was pasted, and what to keep it as."""

    text = forms.CharField(widget=forms.HiddenInput, max_length=PASTED_LENGTH)
    title = forms.CharField(label=_("Title"), max_length=TITLE_LENGTH, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Kind.choices, widget=forms.RadioSelect
    )
    field_order = ["text", "title", "kind", "topics", "tags"]


class PasteForm(forms.Form):
    """One field that takes anything that can be read."""

    text = forms.CharField(
        label=_("Paste an arXiv id, a DOI or a web address"),
        max_length=PASTED_LENGTH,
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "off",
                "spellcheck": "false",
                "placeholder": "2307.02486 · 10.48550/arXiv.2307.02486 · https://…",
            }
        ),
    )


class SummaryForm(forms.Form):
    """A summary in one language; `base` is the version the writer began from."""

    body = forms.CharField(label=_("Summary"), widget=MarkdownEditor, strip=False)
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ListForm(forms.Form):
    """A reading list: a file or pasted text, and the name it is kept under."""

    file = forms.FileField(label=_("Markdown file"), required=False)
    text = forms.CharField(
        label=_("Or paste the list"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        required=False,
        strip=False,
        max_length=LIST_BYTES,
    )
    name = forms.CharField(
        label=_("Name of the list"),
        max_length=200,
        required=False,
        help_text=_(
            "Importing under the same name again brings the library in step with "
            "the list. Left empty, the file's name is used."
        ),
    )


class InvitationForm(forms.Form):
    """Who is to be let in."""

    username = forms.RegexField(
        label=_("User name"), regex=r"^[\w.@+-]{1,150}$", max_length=150
    )
    email = forms.EmailField(label=_("E-mail address"))
    curator = forms.BooleanField(
        label=_("Is a curator: may also file, rename and use the admin"),
        required=False,
    )


class PreferencesForm(forms.Form):
    """How a member wants to see and read the site."""

    ui_language = forms.ChoiceField(
        label=_("Language of the site"),
        required=False,
        choices=[("", _("as the browser")), ("zh-hans", "简体中文"), ("en", "English")],
    )
    reading_language = forms.ChoiceField(
        label=_("Summaries first in"),
        required=False,
        choices=[("", _("the language of the site")), *Language.choices],
    )
    theme = forms.ChoiceField(
        label=_("Theme"),
        required=False,
        choices=[
            ("", _("as the system")),
            ("light", _("light")),
            ("dark", _("dark")),
        ],
    )
