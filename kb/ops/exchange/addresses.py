"""What notes, and the texts they are about, are called in the world.

A text that is elsewhere too goes by its address there, so that other programs find it.
"""

import re
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.urls import reverse

from kb.models import Entry
from kb.models.annotations import Where
from kb.models.summaries import Language

_KEY = re.compile(r"[1-9][0-9]{0,17}")


def of_note(key: int) -> str:
    """Return the address of a note."""
    return f"{settings.SITE_URL}{reverse('kb:note', args=[key])}"


def of_text(entry: Entry, where: str) -> str:
    """Return the address of the text of an entry that a note is about."""
    here = f"{settings.SITE_URL}{entry.get_absolute_url()}"
    if where in Language.values:
        return f"{here}?lang={where}"
    return entry.url or here


def is_ours(source: str) -> bool:
    """Say whether an address is of this site."""
    return source.startswith(f"{settings.SITE_URL}/")


def note_at(address: str) -> int | None:
    """Return the key of the note that has that address, None for no note of ours."""
    return key_in(address, reverse("kb:note", args=[0])) if is_ours(address) else None


def text_at(address: str) -> tuple[int, str] | None:
    """Return which of whose texts has that address; "" for any of an entry's."""
    if not is_ours(address):
        return None
    key = key_in(address, reverse("kb:entry", args=[0]))
    if key is None:
        return None
    language = parse_qs(urlsplit(address).query).get("lang", [""])[0]
    return key, language if language in Language.values else Where.ENTRY


def key_in(address: str, page: str) -> int | None:
    """Return the number that an address has where a page of ours has its 0."""
    before, _, after = page.partition("0")
    path = urlsplit(address.removeprefix(settings.SITE_URL)).path
    key = path.removeprefix(before).removesuffix(after)
    known = path == f"{before}{key}{after}" and _KEY.fullmatch(key)
    return int(key) if known else None
