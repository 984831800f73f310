"""What an operator should know before the site is used."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning  # noqa: A004 - Django's name

NO_CONTACT = Warning(
    "arXiv is asked without an address to write to.",
    hint="Set ARXIV_CONTACT to a mail address or a page: arXiv shuts out those it "
    "cannot reach sooner. ARXIV_ENABLED=0 never asks arXiv.",
    id="kb.W001",
)


def arxiv_contact(**_: Any) -> list[CheckMessage]:
    """Warn when a site in production asks arXiv without saying who it is."""
    silent = settings.PRODUCTION and settings.ARXIV_ENABLED
    return [NO_CONTACT] if silent and not settings.ARXIV_CONTACT else []
