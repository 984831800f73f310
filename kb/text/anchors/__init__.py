"""What notes are about: quotations of rendered text, counted, kept, found and painted.

`plain` says what of a text counts and where; `make` takes a quotation from it; `Edit`
carries quotations through an edit, `find` finds one without knowing the edit; `painted`
shows them.
"""

from kb.text.anchors.finding import Found, find
from kb.text.anchors.moving import Edit, moved
from kb.text.anchors.painting import Span, painted
from kb.text.anchors.plainform import plain
from kb.text.anchors.quotes import Anchor, Unquotable, make

__all__ = [
    "Anchor",
    "Edit",
    "Found",
    "Span",
    "Unquotable",
    "find",
    "make",
    "moved",
    "painted",
    "plain",
]
