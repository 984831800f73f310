"""Say what was done, with a button that undoes it."""

from django.contrib import messages
from django.http import HttpRequest

UNDONE_AT = "undo:"


def offer(request: HttpRequest, text: str, address: str) -> None:
    """Say `text` on the next page, with a button that posts to `address` of ours."""
    messages.success(request, text, extra_tags=f"{UNDONE_AT}{address}")


def address_of(tags: str | None) -> str:
    """Return where what a message says is undone, by its extra tags; "" for nowhere."""
    mark, _, address = (tags or "").partition(UNDONE_AT)
    return "" if mark else address
