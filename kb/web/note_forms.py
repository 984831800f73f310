"""What members fill in to write a note."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core import signing
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kb.models import Annotation
from kb.models.annotations import Meaning, Visibility, Where
from kb.ops.annotations import Passage, Place
from kb.text.anchors.quotes import LONGEST, WIDEST
from kb.web.editor import MarkdownEditor

PLACE = "kb.place"  # what a signed text is good for
SHOWN = 24  # characters before and after a place to choose


class WordsForm(forms.Form):
    """A reply; `base` is the version the writer began from, 0 for a new one."""

    body = forms.CharField(
        label=_("Note"),
        widget=MarkdownEditor({"rows": 8}, speaks=True),
        strip=False,
        required=False,
    )
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    @staticmethod
    def start(note: Annotation) -> dict[str, Any]:
        """Return what the form shows of a note."""
        return {
            "body": note.body,
            "visibility": note.visibility,
            "meaning": note.meaning,
            "base": note.version,
        }


class NoteForm(WordsForm):
    """A note, and who sees it."""

    visibility = forms.ChoiceField(
        label=_("Who sees it"),
        choices=[
            (Visibility.PRIVATE, _("Only you. Nobody else is shown it on this site.")),
            (Visibility.TEAM, _("The team: every member.")),
        ],
        initial=Visibility.PRIVATE,
        widget=forms.RadioSelect,
    )


def meanings() -> list[tuple[str, str]]:
    """Return what a highlight can mean, as a list to choose from shows it."""
    return [(meaning, capfirst(str(told))) for meaning, told in Meaning.choices]


class HighlightForm(NoteForm):
    """A note on a passage, which need not say anything, and what it means."""

    meaning = forms.ChoiceField(
        label=_("What the passage is"), choices=meanings, required=False
    )


def around() -> forms.CharField:
    """Return a field for what stands before or after a passage."""
    return forms.CharField(
        strip=False, max_length=2 * WIDEST, required=False, widget=forms.HiddenInput
    )


class NewNoteForm(HighlightForm):
    """A note to be, on the entry or on a passage.

    That is selected, with what stands around it; or typed into `quote`; or one of the
    `places` that a first answer found for what was typed, which are signed.
    """

    quote = forms.CharField(
        label=_("About this passage"),
        required=False,
        strip=False,
        max_length=2 * LONGEST,
        widget=forms.Textarea({"rows": 2}),
        help_text=_(
            "Copied from the summary or the abstract. Left empty, the note is about "
            "the whole entry."
        ),
    )
    where = forms.ChoiceField(
        choices=Where.choices, required=False, widget=forms.HiddenInput
    )
    at = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    before, after = around(), around()
    place = forms.CharField(
        label=_("Which do you mean?"), required=False, widget=forms.HiddenInput
    )

    def offer(self, places: Iterable[Place]) -> None:
        """Let one of these places be chosen."""
        if choices := [(signed(place), shown(place)) for place in places]:
            self.fields["place"].widget = forms.RadioSelect(choices=choices)

    def passage(self) -> Passage | None:
        """Return what the note is to be about, None for the whole entry."""
        data = self.cleaned_data
        if place := opened(data["place"]):
            return Passage(**place, meaning=data["meaning"])
        if not data["quote"].strip():
            return None
        # A form sends two characters for the end of a line, and pages count one.
        quote, before, after = (
            data[name].replace("\r\n", "\n") for name in ("quote", "before", "after")
        )
        told = data["where"], data["at"], before, after, data["meaning"]
        return Passage(quote, *told)


class QuickNoteForm(NewNoteForm):
    """The same on the entry's own page, where it waits until it is wanted."""

    body = forms.CharField(
        label=_("Note"),
        widget=MarkdownEditor({"rows": 4}, waits=True, speaks=True),
        strip=False,
        required=False,
    )


class QuickReplyForm(WordsForm):
    """A reply on the entry's own page."""

    body = forms.CharField(
        label=_("Reply"),
        widget=MarkdownEditor({"rows": 3}, waits=True, speaks=True),
        strip=False,
        required=False,
    )


def form_of(note: Annotation) -> type[WordsForm]:
    """Return the form in which that note is edited."""
    if note.parent_id:
        return WordsForm
    return HighlightForm if note.exact else NoteForm


def signed(place: Place) -> str:
    """Return a place as a form keeps it."""
    at = place.anchor
    told = {"quote": at.exact, "where": place.where, "start": at.start}
    return signing.dumps({**told, "prefix": at.prefix, "suffix": at.suffix}, salt=PLACE)


def opened(text: str) -> dict[str, Any]:
    """Return what a form kept of a place, {} for nothing of ours."""
    try:
        return dict(signing.loads(text, salt=PLACE))
    except signing.BadSignature:
        return {}


def shown(place: Place) -> str:
    """Return a place with what stands around it."""
    at = place.anchor
    return format_html(
        "<span>{}: …{}<mark>{}</mark>{}…</span>",
        capfirst(str(Where(place.where).label)),
        at.prefix[-SHOWN:],
        at.exact,
        at.suffix[:SHOWN],
    )
