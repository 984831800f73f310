"""Whom a note speaks to, as links to what they do here."""

from django.contrib.auth.models import User
from django.urls import NoReverseMatch, reverse

from kb.text import markdown
from kb.text.mentions import linked


def note_html(body: str) -> str:
    """Return a note's HTML, with the members it mentions as links.

    Raises markdown.TooLong.
    """
    html = markdown.render(body)
    return linked(html, addresses()) if "@" in html or "\uff20" in html else html


def addresses() -> dict[str, str]:
    """Return where the page of each active member is, by their name; {} without any."""
    names = User.objects.filter(is_active=True).values_list("username", flat=True)
    try:
        return {name: reverse("kb:activity_of", args=[name]) for name in names}
    except NoReverseMatch:
        return {}
