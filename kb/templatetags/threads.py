"""Threads as HTML. A page may have hundreds of notes, and a template takes too long.

All of it goes through `format_html`, which escapes what is not HTML already; the notes'
own HTML is the renderer's.
"""

from collections.abc import Iterable
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kb.templatetags.kb import icon, language_of, rendered
from kb.web.margin import Note, Said, Thread

register = template.Library()

HOUR, DAY = 60, 24 * 60  # minutes
SHOWN = 120  # characters of a quote beside its text
TOLD = 200  # characters of a note that tell its language
NOTHING = SafeString("")

# A note of somebody else; one that a curator may delete; one's own. The words in them
# are put in once for a page.
NOTE = (
    '<article id="note-{id}" class="note"><p class="byline"><strong>{who}</strong> '
    '<a href="{at}"><time datetime="{iso}" title="{exact}">{when}</time></a>'
    '{edited}{private}</p><div class="prose" lang="{language}">{html}</div>'
    '<p class="acts">{moods}{answer}<span class="do">'
    '<a class="react" href="{at}react/">%(react)s</a>'
)
EDIT = '<a href="{at}edit/">%(edit)s</a>'
DELETE = '<a href="{at}delete/">%(delete)s</a>'
END = "</span></p></article>"


@register.simple_tag(takes_context=True)
def thread_lines(
    context: template.Context, threads: Iterable[Thread], *, lost: bool = False
) -> SafeString:
    """Return threads as items of a list; of those that are `lost` the text is gone."""
    lines = Lines(curates=bool(context.get("may_curate")), lost=lost)
    return format_html_join("\n", "{}", ((lines.thread(one),) for one in threads))


class Lines:
    """What is the same in every note of a page, looked up once."""

    def __init__(self, *, curates: bool, lost: bool) -> None:
        """Write for a reader, in the active language."""
        self.curates, self.lost, self.now = curates, lost, timezone.now()
        self.zone = timezone.get_current_timezone()
        self.was = _("Orphaned: the text was")
        self.deleted, self.edited = _("This note was deleted."), _("(edited)")
        self.history = _("History")
        self.private = format_html(
            ' <span class="mark">{}{}</span>', icon("lock"), _("Only you")
        )
        self.reply = _("Reply")
        self.others, self.mine = note_lines(deletes=curates)
        self.settle = {True: ("", _("Reopen")), False: ("yes", _("Resolve"))}
        self.comma = pgettext("between names", ", ")

    def thread(self, thread: Thread) -> SafeString:
        """Return the item of a thread; one that was resolved is folded."""
        row, said = thread.row, self.said(thread)
        if thread.resolved:
            told = _("Resolved by %(who)s") % {"who": row.resolver}
            said = format_html(
                "<details><summary>{} {}</summary>{}</details>",
                *(icon("check"), told, said),
            )
        return format_html(
            '<li id="thread-{}" class="thread" data-stamp="{}">{}</li>',
            *(row.id, thread.stamp, said),
        )

    def said(self, thread: Thread) -> SafeString:
        """Return all of a thread."""
        quote, answer = self.quote(thread), self.answer(thread)
        if not thread.replies:
            return quote + self.note(thread.first, answer)
        replies = ((self.note(note),) for note in thread.replies)
        return format_html(
            '{}{}<ol class="replies">{}</ol><p class="acts">{}</p>',
            *(quote, self.note(thread.first)),
            *(format_html_join("", "<li>{}</li>", replies), answer),
        )

    def answer(self, thread: Thread) -> SafeString:
        """Return what can be done with a thread."""
        at, (value, settle) = thread.first.address, self.settle[thread.resolved]
        return format_html(
            '<a class="reply" href="{}reply/">{}</a><button class="small plain" '
            'form="act" formaction="{}resolve/" name="on" value="{}">{}</button>',
            *(at, self.reply, at, value, settle),
        )

    def quote(self, thread: Thread) -> SafeString:
        """Return what a thread is about: a link to it, or what it was."""
        row = thread.row
        if not row.exact:
            return NOTHING
        language = language_of(row.exact[:TOLD])
        if self.lost:
            return format_html(
                '<p class="lost">{}</p><blockquote class="quote" lang="{}">“{}”'
                "</blockquote>",
                *(self.was, language, row.exact),
            )
        meaning = format_html("<strong>{}</strong> ", thread.meaning)
        return format_html(
            '<blockquote class="quote {}">{}<a href="#quote-{}" lang="{}">{}</a>'
            "</blockquote>",
            row.meaning or "noted",
            meaning if thread.meaning else NOTHING,
            *(row.id, language, shortened(row.exact)),
        )

    def note(self, note: Note, answer: SafeString = NOTHING) -> SafeString:
        """Return a note, or the stub of one; `answer` is what else can be done."""
        row = note.row
        if row.deleted_at:
            return self.stub(note)
        local = row.written_at.astimezone(self.zone)
        return format_html(
            self.mine if note.mine else self.others,
            id=row.id,
            who=row.who,
            at=note.address,
            iso=local.isoformat(timespec="seconds"),
            exact=f"{local:%Y-%m-%d %H:%M}",
            when=self.when(local),
            edited=self.to_history(note, self.edited) if row.edited_at else NOTHING,
            private=self.private if note.private else NOTHING,
            language=language_of(row.body[:TOLD]) if row.body else "",
            html=rendered(note.html),
            moods=self.moods(note) if note.said else NOTHING,
            answer=answer,
        )

    def stub(self, note: Note) -> SafeString:
        """Return what is left of a note that was deleted."""
        may_look = note.mine or (self.curates and not note.private)
        return format_html(
            '<article id="note-{}" class="note"><p class="quiet">{}{}</p></article>',
            *(note.row.id, self.deleted),
            self.to_history(note, self.history) if may_look else NOTHING,
        )

    def to_history(self, note: Note, name: str) -> SafeString:
        """Return a link to what became of a note."""
        return format_html(' <a href="{}history/">{}</a>', note.address, name)

    def moods(self, note: Note) -> SafeString:
        """Return what members say without words; each button says it too, or not."""
        return format_html_join(
            "", "{}", ((self.mood(note, one),) for one in note.said)
        )

    def mood(self, note: Note, said: Said) -> SafeString:
        """Return the button of one mood, with how many say it, and who."""
        return format_html(
            '<button class="small" form="act" formaction="{}react/" name="{}" '
            'value="{}" aria-pressed="{}" title="{}">{} {}</button>',
            note.address,
            "off" if said.mine else "on",
            said.mood,
            "true" if said.mine else "false",
            self.comma.join(said.people),
            *(said.label, len(said.people)),
        )

    def when(self, moment: datetime) -> str:
        """Return how long ago that was in a word or two."""
        minutes = int((self.now - moment).total_seconds() // 60)
        if minutes < 1:
            return _("just now")
        if minutes < HOUR:
            return _("%(n)d min ago") % {"n": minutes}
        if minutes < DAY:
            return _("%(n)d h ago") % {"n": minutes // HOUR}
        return f"{moment:%Y-%m-%d}"


def note_lines(*, deletes: bool) -> tuple[str, str]:
    """Return the HTML of others' notes and of one's own, in the active language."""
    words = {"react": _("React"), "edit": _("Edit"), "delete": _("Delete")}
    told = {name: escape(word).replace("{", "{{") for name, word in words.items()}
    others = f"{NOTE}{DELETE if deletes else ''}{END}"
    return others % told, f"{NOTE}{EDIT}{DELETE}{END}" % told


def shortened(quote: str) -> str:
    """Return as much of a quote as tells which it is."""
    return quote if len(quote) <= SHOWN else f"{quote[: SHOWN - 1].rstrip()}…"
