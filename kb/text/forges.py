"""Where code, models and data are kept: links to them, found in running text.

Authors give them in comments and abstracts at arXiv, however they come to mind:
without https, in LaTeX, right before a full stop or before Chinese.
"""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["code", "model", "data", "project"]

RUNS: tuple[Kind, ...] = ("code", "model")  # what a reader looks for who wants to try

# An owner stands first in these addresses; these are pages of the site itself.
_OWN_PAGES = frozenset(
    (
        *("about", "apps", "blog", "chat", "collections", "contact", "docs", "events"),
        *("customer-stories", "enterprise", "explore", "features", "groups", "help"),
        *("inference", "issues", "join", "learn", "login", "marketplace", "new"),
        *("notifications", "organizations", "orgs", "papers", "posts", "pricing"),
        *("pulls", "search", "security", "settings", "signup", "site", "sponsors"),
        *("stars", "tasks", "topics", "trending", "users"),
    )
)
_SHORT = {"hf.co": "huggingface.co", "raw.githubusercontent.com": "github.com"}
_HUBS = ("huggingface.co", "modelscope.cn")
_PAGES = (".github.io", ".gitlab.io", ".codeberg.page", ".gitee.io")
_IN_GITLAB = ("-", "tree", "blob", "raw", "commit", "commits", "issues", "wikis")
_SHELVES: dict[str, Kind] = {
    "datasets": "data",
    "models": "model",
    "spaces": "project",
    "studios": "project",
}
_HINTS = (
    *("github", "gitlab.", "bitbucket.org", "codeberg.", "gitee."),
    *("huggingface.co", "hf.co", "modelscope.cn"),
)
_LABEL = "[a-z0-9-]{1,63}"

_FOUND = re.compile(
    rf"""(?<![\w.@/-]) (?: https?:// )? (?: www\. )?
    (?P<host>
        {_LABEL} \. (?: github\.io | gitlab\.io | codeberg\.page | gitee\.io )
      | (?: gist\. )? github\.com | raw\.githubusercontent\.com
      | bitbucket\.org | codeberg\.org | gitee\.com
      | gitlab (?! \.io ) (?: \. {_LABEL} ){{1,4}}
      | huggingface\.co | hf\.co | modelscope\.cn )
    (?P<path> (?: / (?: [\w.~+-] | \\_ )* )* )""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


_BLOB = re.compile(
    r"https?://(?:www\.)?github\.com/([^/?#]+)/([^/?#]+)/(?:blob|raw)/([^?#]+)", re.I
)


def raw_file(url: str) -> str:
    """Return where a file shown at GitHub is the file itself; others as they are."""
    if found := _BLOB.match(url):
        return f"https://raw.githubusercontent.com/{'/'.join(found.groups())}"
    return url


class Link(NamedTuple):
    """A link to such a place, in the one form it has here."""

    url: str
    kind: Kind


def links(text: str) -> list[Link]:
    r"""Return the links to code, models, data and project pages of a text, each once.

    >>> [link.url for link in links(r"\url{GitHub.com/a/b\_c.git}，又见 hf.co/a/m。")]
    ['https://github.com/a/b_c', 'https://huggingface.co/a/m']
    """
    small = text.lower()
    if not any(hint in small for hint in _HINTS):
        return []  # most texts, and they are not worth the expression
    found: dict[str, Link] = {}
    for match in _FOUND.finditer(text):
        if link := _read(match):
            found.setdefault(link.url.casefold(), link)
    return list(found.values())


def link(address: str) -> Link | None:
    """Return what an address leads to, None where that is no such place.

    >>> link("https://github.com/a/b/tree/main/docs#use")
    Link(url='https://github.com/a/b', kind='code')
    """
    match = _FOUND.match(address.strip())
    return _read(match) if match else None


def _read(match: re.Match[str]) -> Link | None:
    """Return what was found, as far as its address says what it is."""
    host = match["host"].lower()
    host = _SHORT.get(host, host)
    path = match["path"].replace("\\_", "_").rstrip("./")
    parts = [part for part in path.split("/") if part]
    if any(not part.strip(".") for part in parts):
        return None
    if host.endswith(_PAGES):
        return Link("/".join([f"https://{host}", *parts]), "project")
    if not parts or parts[0].lower() in _OWN_PAGES:
        return None
    kind, root = (_hub if host in _HUBS else _forge)(host, parts)
    path = "/".join(root).removesuffix(".git")
    return Link(f"https://{host}/{path}", kind) if kind and path else None


def _hub(host: str, parts: Sequence[str]) -> tuple[Kind | None, Sequence[str]]:
    """Return what a hub of models keeps there, and the part of the path to its root."""
    if kind := _SHELVES.get(parts[0].lower()):
        return (kind if len(parts) > 1 else None), parts[:3]
    return ("model" if host == "huggingface.co" else None), parts[:2]


def _forge(host: str, parts: Sequence[str]) -> tuple[Kind | None, Sequence[str]]:
    """Return the part of the path to the root of the code that is kept there."""
    if host.startswith("gitlab."):  # where groups are in groups
        ends = (place for place, part in enumerate(parts) if part in _IN_GITLAB)
        return "code", parts[: next(ends, len(parts))]
    return "code", parts[:2]
