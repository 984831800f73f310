"""Two people changed one text: show what each did, and let the second put it together.

The page carries all three texts, so that neither can be lost, and works without
scripts: a button puts what was chosen into the field, and what the field holds is
saved, with the version that is saved now as its base. Should somebody have saved in
between, the same page comes again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.text.deciding import Part, combined, parts
from kb.text.differences import Piece
from kb.text.merging import Choice, Kind

NEW_LINES = re.compile(r"\s*\n\s*")
AROUND = 40  # characters of its line, on each side of a change
COMBINE = "combine"  # the button that only puts the choices into the field
CHANGES = gettext_lazy("What each of you changed")
KEPT = ("base", "mine", "theirs")  # texts the page carries, as <field>-<which>


class Option(NamedTuple):
    """One of the ways to settle a change."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Clash:
    """One field that two people changed: what it said, and what each made of it."""

    name: str
    label: str
    base: str
    mine: str
    theirs: str
    chosen: Mapping[int, Choice] = field(default_factory=dict)
    typed: str = ""  # into the field
    by_hand: bool = False  # the field keeps what was typed, whatever was chosen
    one_line: bool = False

    @cached_property
    def parts(self) -> list[Part]:
        """What stayed and what was changed, in order."""
        return parts(*(lines(getattr(self, which)) for which in KEPT))

    @cached_property
    def text(self) -> str:
        """What the field holds: the text with what was chosen so far."""
        return self.fit(
            self.typed if self.by_hand else combined(self.parts, self.chosen)
        )

    def fit(self, text: str) -> str:
        """Return a text as the field can hold it."""
        return NEW_LINES.sub(" ", text) if self.one_line else text

    @property
    def replaced(self) -> str:
        """What was typed into the field by hand and is not there any more."""
        known = ("", self.text, combined(self.parts, {}))
        return "" if self.typed in known else self.typed

    @property
    def kept(self) -> dict[str, str]:
        """The texts, by the names of the fields that carry them."""
        return {f"{self.name}-{which}": getattr(self, which) for which in KEPT}

    @property
    def changes(self) -> Iterator[Change]:
        """What is to be decided, in order, each within its line."""
        texts = [part.piece.mine for part in self.parts]
        for part in self.parts:
            if not part.decided:
                chosen = self.chosen.get(part.at, part.default)
                name = f"{self.name}-choice-{part.at}"
                around = before(texts[: part.at]), after(texts[part.at + 1 :])
                yield Change(part, chosen, name, *around)

    @property
    def as_json(self) -> str:
        """What the choices put together, for the page's own element."""
        told = (
            part.piece.mine
            if part.decided
            else {choice.value: self.fit(part.text(choice)) for choice in Choice}
            for part in self.parts
        )
        return json.dumps(list(told), ensure_ascii=False)


class Change(NamedTuple):
    """A change on the page; `name` is of the choice about it."""

    part: Part
    chosen: Choice
    name: str
    before: str  # in the same line
    after: str

    @property
    def kind(self) -> str:
        """Who made it: "mine", "theirs", or "conflict" for both."""
        return self.part.piece.kind.value

    @property
    def mine(self) -> list[Piece]:
        """What the asker made of it."""
        return changed(self.part.piece.base, self.part.piece.mine)

    @property
    def theirs(self) -> list[Piece]:
        """What the other made of it."""
        return changed(self.part.piece.base, self.part.piece.theirs)

    @property
    def options(self) -> list[Option]:
        """The ways to settle it."""
        mine, theirs = Choice.MINE, Choice.THEIRS
        labels = {
            Kind.MINE: {mine: _("Take it"), theirs: _("Leave it out")},
            Kind.THEIRS: {theirs: _("Take it"), mine: _("Leave it out")},
            Kind.CONFLICT: {
                mine: _("Mine"),
                theirs: _("Theirs"),
                Choice.BOTH: _("Both, one after the other"),
            },
        }[self.part.piece.kind]
        return [
            Option(choice.value, label, choice is self.chosen)
            for choice, label in labels.items()
        ]


def before(texts: Sequence[str]) -> str:
    """Return the end of what stands before a change, in its line."""
    line = "".join(texts).rpartition("\n")[2]
    return line if len(line) <= AROUND else f"…{line[-AROUND:]}"


def after(texts: Sequence[str]) -> str:
    """Return the beginning of what stands after a change, in its line."""
    line = "".join(texts).partition("\n")[0]
    return line if len(line) <= AROUND else f"{line[:AROUND]}…"


def changed(old: str, new: str) -> list[Piece]:
    """Return what went and what came."""
    pieces = Piece("gone", old), Piece("new", new)
    return [piece for piece in pieces if piece.text]


def lines(text: str) -> str:
    """Return a text with one kind of line ends: forms send another than is kept."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def again(request: HttpRequest, name: str = "body", label: str = "") -> Clash | None:
    """Return the clash that a page carried, with the choices made; None for none."""
    texts = [request.POST.get(f"{name}-{which}") for which in KEPT]
    if None in texts:
        return None
    base, mine, theirs = (lines(text or "") for text in texts)
    chosen = dict(choices(request, f"{name}-choice-"))
    typed, by_hand = lines(request.POST.get(name, "")), COMBINE not in request.POST
    told = label or str(CHANGES)
    return Clash(name, told, base, mine, theirs, chosen, typed, by_hand)


def combining(request: HttpRequest) -> bool:
    """Say whether somebody asked to put what they chose into the field."""
    return COMBINE in request.POST


def choices(request: HttpRequest, prefix: str) -> Iterator[tuple[int, Choice]]:
    """Yield what was chosen, by the places of the parts."""
    for name, value in request.POST.items():
        at = name.removeprefix(prefix)
        if at != name and at.isdecimal() and value in {one.value for one in Choice}:
            yield int(at), Choice(value)


def page(
    request: HttpRequest,
    clashes: Sequence[Clash],
    *,
    fields: Mapping[str, Any],
    **more: Any,
) -> HttpResponse:
    """Show clashes; the form sends what was sent, with `fields` in place of theirs.

    `more` says what the page is about: `title`, `href`, `part`, `history`; of a refusal
    its `message`, `who` and `when`; of a text that cannot be saved the `problem`.
    """
    status = 409 if "message" in more else 422 if more.get("problem") else 200
    carried = dict(sent(request, clashes))
    for clash in clashes:
        carried |= {name: [text] for name, text in clash.kept.items()}
    carried |= {name: [value] for name, value in fields.items()}
    context = {"clashes": clashes, "carried": carried, "status": status, **more}
    return render(request, "kb/merge.html", context, status=status)


def sent(
    request: HttpRequest, clashes: Sequence[Clash]
) -> Iterator[tuple[str, list[str]]]:
    """Yield the fields that were sent, but for the texts and the choices."""
    named = {"csrfmiddlewaretoken", COMBINE, *(clash.name for clash in clashes)}
    prefixes = tuple(f"{clash.name}-choice-" for clash in clashes)
    for name, values in request.POST.lists():
        if name not in named and not name.startswith(prefixes):
            yield name, [str(value) for value in values]
