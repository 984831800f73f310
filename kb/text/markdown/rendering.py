"""Markdown to safe HTML."""

import html
import logging

from kb.text.markdown.parser import parse, write
from kb.text.markdown.sanitiser import sanitise
from kb.text.markdown.source import checked

RENDERER = 1  # raise it when the same source gives other HTML: kept HTML is then stale

_logger = logging.getLogger(__name__)


def render(source: str) -> str:
    """Return `source` as an HTML fragment that is safe to show as it is.

    A text that the parser fails on is shown as it was written. Raises TooLong.
    """
    text = checked(source)
    try:
        return sanitise(write(*parse(text)))
    except Exception:
        # A reader wants the text; whoever reads the log wants the reason.
        _logger.exception("A text of %d characters was not rendered", len(text))
        return f"<pre>{html.escape(text)}</pre>"
