"""Tell the curators that arXiv wants to be left alone: only a person can mend that."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from kb.arxiv.errors import AccessDenied, ArxivError
from kb.ops import members

log = logging.getLogger(__name__)


def told_curators(trouble: ArxivError) -> bool:
    """Write to every active curator if arXiv denied us access; say whether it did.

    The gate is then shut for a day, so that this is once each time it shuts.
    """
    if not isinstance(trouble, AccessDenied):
        return False
    for curator, language in members.curators():
        with translation.override(language):
            try:
                write(curator.email, trouble.cause)
            except (OSError, SMTPException):
                log.exception("No mail to %s", curator)
    return True


def write(address: str, cause: str) -> None:
    """Send one mail, in the active language."""
    subject = settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + _("arXiv denies us access")
    paragraphs = [
        cause,
        _(
            "This site has stopped asking arXiv, for a day. What is known of papers "
            "stays as it is."
        ),
        _(
            "Going on after this answer counts as an attack. Before you let the site "
            "ask again, please look how often it asks, and whether ARXIV_CONTACT names "
            "somebody whom arXiv can write to."
        ),
        settings.SITE_URL,
    ]
    send_mail(subject, "\n\n".join(paragraphs), settings.DEFAULT_FROM_EMAIL, [address])
