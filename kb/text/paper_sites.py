"""Sites on which every page of a form is a paper, and that page's addresses."""

import re
from urllib.parse import parse_qs, urlsplit

_ACL = re.compile(r"/(?P<id>(?:[A-Z]\d{2}-\d{4}|\d{4}\.[a-z0-9_-]+\.\d+))(?:\.pdf)?/?")
_ACL_SITES = {"aclanthology.org", "www.aclanthology.org"}
_OPENREVIEW = {"/forum", "/pdf", "/attachment"}


def addresses(url: str) -> tuple[str, ...]:
    """Return the addresses of the paper at `url`, its page first; () for no paper.

    >>> addresses("https://openreview.net/pdf?id=x1")[0]
    'https://openreview.net/forum?id=x1'
    >>> addresses("https://aclanthology.org/2023.acl-long.1.pdf")[0]
    'https://aclanthology.org/2023.acl-long.1/'
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if host == "openreview.net" and parts.path in _OPENREVIEW:
        key = parse_qs(parts.query).get("id", [""])[0]
        base = "https://openreview.net"
        return (f"{base}/forum?id={key}", f"{base}/pdf?id={key}") if key else ()
    if host in _ACL_SITES and (match := _ACL.fullmatch(parts.path)):
        page = f"https://aclanthology.org/{match['id']}"
        return (f"{page}/", page, f"{page}.pdf")
    return ()
