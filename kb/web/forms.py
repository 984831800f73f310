"""What members fill in."""

from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _
from taggit.forms import TagField
from taggit.models import Tag

from kb.models import Entry, Topic
from kb.models.entries import TITLE_LENGTH, URL_LENGTH, Kind
from kb.models.members import Digest, News
from kb.models.resources import LABEL_LENGTH, ResourceKind
from kb.models.summaries import Language
from kb.ops.entries import Seen, Wanted
from kb.ops.imports.run import NAME_LENGTH
from kb.ops.three_way import merged_set
from kb.text.tags import usable
from kb.web.editor import MarkdownEditor

PASTED_LENGTH = 2100
NOTE_LENGTH = 20_000
LIST_BYTES = 5 * 1024 * 1024
ANNOTATIONS_BYTES = 2 * 1024 * 1024
EMAIL_LENGTH = 254
SEEN = "kb.seen"  # what a signed text is good for


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


class FreeTags(TagField):  # type: ignore[misc]
    """Tags separated by commas; each must be fit for an address."""

    def clean(self, value: Any) -> list[str]:
        """Return the tags, or say which cannot be one."""
        names: list[str] = super().clean(value)
        for name in names:
            if not usable(name):
                raise forms.ValidationError(
                    _(
                        "“%(name)s” cannot be a tag: it needs a letter or a digit, "
                        "and at most 100 characters."
                    ),
                    params={"name": name},
                )
        return names


class EntryForm(forms.Form):
    """Title, topics and tags of an entry; `before` is what the form first showed."""

    title = forms.CharField(label=_("Title"), max_length=TITLE_LENGTH)
    topics = TopicChoice(label=_("Topics"))
    tags = FreeTags(
        label=_("Tags"),
        required=False,
        help_text=_("Free words, separated by commas."),
    )
    before = forms.CharField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def start(entry: Entry) -> dict[str, Any]:
        """Return what the form shows of an entry."""
        topics, tags = list(entry.topics.all()), list(entry.tags.all())
        seen = [entry.title, [topic.pk for topic in topics], [tag.name for tag in tags]]
        before = signing.dumps(seen, salt=SEEN)
        return {"title": entry.title, "topics": topics, "tags": tags, "before": before}

    @classmethod
    def start_again(
        cls, entry: Entry, wanted: Wanted, seen: Seen | None
    ) -> dict[str, Any]:
        """Return what a form that was refused shows: as it is now, with the changes."""
        now = cls.start(entry)
        tags = {tag.name for tag in now["tags"]}
        topics = {topic.pk for topic in now["topics"]}
        ticked = {topic.pk for topic in wanted.topics}
        named = merged_set(seen.tags if seen else (), tags, wanted.tags)
        return {
            "title": wanted.title,
            "topics": merged_set(seen.topics if seen else (), topics, ticked),
            "tags": [Tag(name=name) for name in sorted(named)],
            "before": now["before"],
        }

    def seen(self) -> Seen | None:
        """Return what the form first showed, None when it does not say."""
        try:
            return Seen(*signing.loads(self.cleaned_data["before"], salt=SEEN))
        except signing.BadSignature:
            return None

    def wanted(self, kind: str) -> Wanted:
        """Return what was filled in."""
        data = self.cleaned_data
        return Wanted(
            data["title"], data.get("kind", kind), data["topics"], data["tags"]
        )


class AddForm(EntryForm):
    """An entry to be: what was pasted, and what to keep it as."""

    before = None  # type: ignore[assignment]  # nothing was
    text = forms.CharField(widget=forms.HiddenInput, max_length=PASTED_LENGTH)
    title = forms.CharField(label=_("Title"), max_length=TITLE_LENGTH, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Kind.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note, for you alone"),
        required=False,
        max_length=NOTE_LENGTH,
        strip=False,
        widget=forms.Textarea({"rows": 3}),
    )
    field_order = ["text", "title", "kind", "topics", "tags", "note"]


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


class ResourceForm(forms.Form):
    """A link of an entry."""

    url = forms.CharField(
        label=_("Address"),
        max_length=URL_LENGTH,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "inputmode": "url",
                "placeholder": "https://github.com/…",
                "spellcheck": "false",
            }
        ),
    )
    kind = forms.ChoiceField(
        label=_("What it is"),
        required=False,
        choices=[("", _("as its address says")), *ResourceKind.choices],
    )
    label = forms.CharField(
        label=_("Label"),
        required=False,
        max_length=LABEL_LENGTH,
        help_text=_("Left empty, the address is shown."),
    )


class ListForm(forms.Form):
    """A reading list: a file or pasted text, and the name it is kept under."""

    file = forms.FileField(label=_("Markdown file"), required=False)
    url = forms.URLField(
        label=_("Or the address of one on the web"),
        required=False,
        assume_scheme="https",
        max_length=URL_LENGTH,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "inputmode": "url",
                "placeholder": "https://github.com/…/blob/main/README.md",
                "spellcheck": "false",
            }
        ),
    )
    text = forms.CharField(
        label=_("Or paste the list"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        required=False,
        strip=False,
        max_length=LIST_BYTES,
    )
    name = forms.CharField(
        label=_("Name of the list"),
        max_length=NAME_LENGTH,
        required=False,
        help_text=_(
            "Importing under the same name again brings the library in step with "
            "the list. Left empty, the file's name is used."
        ),
    )


class TopicAbove(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One topic or none, in the order and with the indent of the tree."""

    def label_from_instance(self, obj: Topic) -> str:
        """Show how deep a topic is."""
        return "\u2003" * int(obj.depth - 1) + str(obj)


class PlanForm(forms.Form):
    """Where a list goes; its rows are ticked beside it."""

    under = TopicAbove(
        label=_("Put its sections under"),
        queryset=Topic.objects.all(),
        required=False,
        empty_label=_("no topic: they stand at the top"),
    )


class AnnotationsForm(forms.Form):
    """A file of annotations, whose they are and who is to see them."""

    ONLY_ME, AS_IT_SAYS = "me", "file"

    file = forms.FileField(
        label=_("File"),
        help_text=_("W3C Web Annotations as JSON-LD, or what Hypothesis exports."),
    )
    seen = forms.ChoiceField(
        label=_("Who sees them"),
        choices=[
            (ONLY_ME, _("Only you.")),
            (AS_IT_SAYS, _("The team, but for those that the file calls private.")),
        ],
        initial=ONLY_ME,
        widget=forms.RadioSelect,
    )
    mine = forms.BooleanField(
        label=_("I wrote all of them"),
        required=False,
        help_text=_("Otherwise the name of who did stands below each."),
    )

    def clean_file(self) -> UploadedFile:
        """Refuse a file that is too large."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > ANNOTATIONS_BYTES:
            most = ANNOTATIONS_BYTES // 1024 // 1024
            told = _("The file is larger than %(most)d MB. An admin can import it.")
            raise forms.ValidationError(told, params={"most": most})
        return file


class InvitationForm(forms.Form):
    """Who is to be let in."""

    username = forms.RegexField(
        label=_("User name"), regex=r"^[\w.@+-]{1,150}$", max_length=150
    )
    email = forms.EmailField(label=_("E-mail address"), max_length=EMAIL_LENGTH)
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
    inbox_kinds = forms.MultipleChoiceField(
        label=_("Tell me when"),
        required=False,
        choices=News.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    digest = forms.ChoiceField(
        label=_("E-mail with what is unread"),
        required=False,
        choices=Digest.choices,
        help_text=_(
            "At eight in the morning; the weekly one on Mondays. None comes when "
            "there is nothing unread."
        ),
    )
