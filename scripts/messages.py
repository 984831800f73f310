"""Keep the message catalogue in step with the source, without GNU gettext.

    python scripts/messages.py           add new strings to the .po, compile the .mo
    python scripts/messages.py --check   say what is missing; exit 1 if anything is

English is the source and needs no catalogue; Chinese must be complete.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polib
from babel.messages.extract import extract_python
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "kb" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
NAMES = "_ gettext gettext_lazy gettext_noop ngettext ngettext_lazy npgettext pgettext"
KEYWORDS: dict[str, None] = dict.fromkeys([*NAMES.split(), "pgettext_lazy", "Sentence"])
# What templatize leaves of a template: calls of gettext among filler.
CALL = re.compile(
    r"\b(?:n?p?gettext|_)\((?:[^()'\"]|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")*\)"
)


class Message(NamedTuple):
    """One string to translate; `plural` and `context` are "" for none."""

    text: str
    plural: str
    context: str


def messages() -> dict[Message, list[str]]:
    """Return every string of the source with the files it is in."""
    found: dict[Message, list[str]] = {}
    for path in sorted([*ROOT.glob("kb/**/*.py"), *ROOT.glob("config/**/*.py")]):
        for message in calls(path.read_text(encoding="utf-8")):
            found.setdefault(message, []).append(str(path.relative_to(ROOT)))
    for path in sorted(ROOT.glob("templates/**/*.*")):
        source = templatize(path.read_text(encoding="utf-8"), origin=path.name)
        for call in CALL.findall(source):
            for message in calls(call):
                found.setdefault(message, []).append(str(path.relative_to(ROOT)))
    return found


def calls(source: str) -> Iterator[Message]:
    """Yield the strings in calls of gettext and its kin."""
    rows: Any = extract_python(io.BytesIO(source.encode()), KEYWORDS, [], {})
    for _line, function, text, _comments in rows:
        words = [text] if isinstance(text, str) else [word or "" for word in text or ()]
        context = words.pop(0) if words and "pgettext" in function else ""
        plural = words[1] if function.startswith("n") and len(words) > 1 else ""
        if words and words[0]:
            yield Message(words[0], plural, context)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FormattedValue):  # Babel does not look inside these
            yield from calls(ast.unparse(node.value))


def key(entry: polib.POEntry) -> Message:
    """Return what the entry translates."""
    return Message(entry.msgid, entry.msgid_plural, entry.msgctxt or "")


def update(catalogue: polib.POFile, found: dict[Message, list[str]]) -> None:
    """Add what is new, mark what is gone, and note where each string is."""
    known = {key(entry): entry for entry in catalogue if not entry.obsolete}
    for message, files in found.items():
        entry = known.get(message)
        if entry is None:
            entry = polib.POEntry(
                msgid=message.text,
                msgid_plural=message.plural,
                msgctxt=message.context or None,
                msgstr_plural={0: ""} if message.plural else {},
            )
            catalogue.append(entry)
        entry.occurrences = [(file, "") for file in sorted(set(files))]
    for message, entry in known.items():
        if message not in found:
            catalogue.remove(entry)
    catalogue.sort(key=lambda entry: (entry.occurrences, entry.msgid))


def problems(catalogue: polib.POFile, found: dict[Message, list[str]]) -> list[str]:
    """Return what a reader of Chinese would meet in English, or out of date."""
    known = {key(entry) for entry in catalogue if not entry.obsolete}
    told = [f"not in the catalogue: {m.text!r}" for m in found if m not in known]
    told += [f"no longer used: {m.text!r}" for m in known if m not in found]
    told += [f"not translated: {e.msgid!r}" for e in catalogue.untranslated_entries()]
    told += [f"fuzzy: {e.msgid!r}" for e in catalogue.fuzzy_entries()]
    told += [
        f"placeholders differ: {entry.msgid!r}"
        for entry in catalogue.translated_entries()
        if holes(entry.msgid_plural or entry.msgid)
        != holes(entry.msgstr or entry.msgstr_plural.get(0, ""))
    ]
    compiled = CATALOGUE.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != catalogue.to_binary():
        told.append("the compiled catalogue is not that of the source: make messages")
    return told


def holes(text: str) -> set[str]:
    """Return the placeholders of a string."""
    return set(re.findall(r"%\(\w+\)[sd]|%[sd]", text))


def main() -> int:
    """Do what the command line says; return the exit code."""
    settings.configure()
    catalogue, found = polib.pofile(str(CATALOGUE)), messages()
    if "--check" not in sys.argv:
        update(catalogue, found)
        catalogue.save()
        CATALOGUE.with_suffix(".mo").write_bytes(catalogue.to_binary())
    told = problems(catalogue, found)
    print(*told, sep="\n", end="\n" if told else "")
    print(f"{len(found)} strings, {len(told)} problems")
    return 1 if told else 0


if __name__ == "__main__":
    raise SystemExit(main())
