"""References as people print them, in four styles, as plain text.

GB/T 7714: https://std.samr.gov.cn/ (GB/T 7714-2015). APA: https://apastyle.apa.org/.
IEEE: https://journals.ieeeauthorcenter.ieee.org/. MLA: https://style.mla.org/.
"""

from collections.abc import Callable, Sequence

from kb.citations import names
from kb.citations.references import Name, Reference

_GBT_AUTHORS, _IEEE_AUTHORS, _APA_AUTHORS, _MLA_AUTHORS = 3, 6, 20, 2
_FEW = 2


def gbt7714(reference: Reference) -> str:
    """Return it as GB/T 7714 has it: three authors, and what carries it in brackets."""
    shown = reference.authors[:_GBT_AUTHORS]
    listed = ", ".join(map(_gbt_name, shown))
    if len(reference.authors) > len(shown):
        listed += ", 等" if names.is_wide(shown[0]) else ", et al"
    carrier = "[J]" if reference.kind == "article" and reference.journal else "[EB/OL]"
    place = _place(reference) if carrier == "[J]" else f"arXiv:{reference.arxiv_id}"
    if not reference.arxiv_id and carrier != "[J]":
        place = reference.journal
    when = reference.dated("-")
    if carrier == "[J]":
        source = ", ".join(filter(None, [place, when[:4]]))
    else:
        source = f"{place}({when})" if when else place
    return _sentences(listed, f"{reference.title}{carrier}", source, _link(reference))


def apa(reference: Reference) -> str:
    """Return it as the seventh edition of APA has it."""
    people = [_comma(author, names.initials(author)) for author in reference.authors]
    if len(people) > _APA_AUTHORS:
        people = [*people[: _APA_AUTHORS - 1], f"… {people[-1]}"]
        listed = ", ".join(people)
    else:
        listed = _and(people, ", & " if len(people) > 1 else "", few=", & ")
    when = f"({reference.year or 'n.d.'})"
    who = f"{listed} {when}" if listed else ""
    first, second = (who, reference.title) if who else (reference.title, when)
    return _sentences(first, second, _place(reference), _link(reference))


def ieee(reference: Reference) -> str:
    """Return it as IEEE has it: initials first, the title in quotes."""
    people = [
        f"{names.initials(author)} {author.family}".strip()
        for author in reference.authors
    ]
    if len(people) > _IEEE_AUTHORS:
        listed = f"{people[0]} et al."
    else:
        listed = _and(people, ", and ", few=" and ")
    rest = filter(None, [_place(reference), str(reference.year or "")])
    title = f"“{_ended(reference.title, ',')}”"
    said = ", ".join(filter(None, [listed, title]))
    tail = ", ".join(rest)
    return " ".join(filter(None, [said, f"{tail}." if tail else "", _link(reference)]))


def mla(reference: Reference) -> str:
    """Return it as the ninth edition of MLA has it: whole names, the first inverted."""
    people = list(map(names.whole, reference.authors))
    listed = _comma(reference.authors[0], reference.authors[0].given) if people else ""
    if len(people) > _MLA_AUTHORS:
        listed += ", et al."
    elif len(people) == _MLA_AUTHORS:
        listed += f", and {people[1]}"
    said = filter(
        None, [_place(reference), str(reference.year or ""), _link(reference)]
    )
    return _sentences(listed, f"“{_ended(reference.title, '.')}”", ", ".join(said))


STYLES: dict[str, tuple[str, Callable[[Reference], str]]] = {
    "gbt7714": ("GB/T 7714", gbt7714),
    "apa": ("APA", apa),
    "ieee": ("IEEE", ieee),
    "mla": ("MLA", mla),
}


def _gbt_name(name: Name) -> str:
    if names.is_wide(name):
        return names.whole(name)
    first = names.initials(name, dots="")
    return f"{name.family.upper()} {first}" if name.given else name.family


def _comma(name: Name, given: str) -> str:
    return f"{name.family}, {given}" if given else name.family


def _and(people: Sequence[str], last: str, *, few: str) -> str:
    """Return names in a row, with the word before the last; two have no comma."""
    if len(people) <= 1:
        return "".join(people)
    word = few if len(people) == _FEW else last
    return f"{', '.join(people[:-1])}{word}{people[-1]}"


def _place(reference: Reference) -> str:
    """Return where it appeared."""
    if reference.journal:
        return reference.journal
    return f"arXiv:{reference.arxiv_id}" if reference.arxiv_id else ""


def _link(reference: Reference) -> str:
    return f"https://doi.org/{reference.doi}" if reference.doi else reference.url


def _ended(text: str, mark: str = ".") -> str:
    """Return a text with a mark at its end, unless it has one of its own."""
    return (
        text
        if text.endswith((".", "?", "!", "。", "？", "！", ".”", "?”"))
        else text + mark
    )


def _sentences(*parts: str) -> str:
    """Return the parts that there are, each with a full stop, but for an address."""
    there = filter(None, parts)
    return " ".join(part if "://" in part else _ended(part) for part in there)
