"""A log-out costs nobody what they were writing.

What is sent after a session ended is kept in the visitor's session until they log in,
and is in the form then. A form says by a signed text who opened it: what does not, or
is too long to be saved anyway, is not kept, and nobody else is shown it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse

from kb.text import markdown
from kb.web.doors import MemberRequest

WRITER = "kb.writer"  # what a signed text is good for
KEPT = "drafts"  # where in a session texts are kept that could not be saved, by address
MOST = 3  # of them
SECONDS = 24 * 3600
OPEN = 30 * SECONDS  # a form may have been open for
NOT_KEPT = {"csrfmiddlewaretoken", "writer", "opened"}
OTHERS = 4_000  # characters of all that a form sends beside the text

View = Callable[..., HttpResponse]


def survives_log_out(view: View) -> View:
    """Keep what is sent to a view by who is logged in no longer, and ask for a log-in.

    The view shows its form at the same address, with what `kept` returns in it.
    """

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        keep(request)
        answer = redirect_to_login(request.path)
        if "HX-Request" in request.headers:  # a part of a page cannot be a log-in
            answer["HX-Redirect"] = answer["Location"]
            answer.status_code = 204
        return answer

    return guarded


def signed(user: User) -> str:
    """Return who opens a form, for its field `writer`."""
    return signing.dumps(user.pk, salt=WRITER)


def writer(request: HttpRequest) -> int | None:
    """Return the key of who opened the form that was sent, None if it does not say."""
    try:
        opened = request.POST.get("writer", "")
        return int(signing.loads(opened, salt=WRITER, max_age=OPEN))
    except signing.BadSignature:
        return None


def keep(request: HttpRequest) -> None:
    """Keep what was sent, until its writer logs in or a day is over."""
    who, body = writer(request), request.POST.get("body", "")
    sent = request.POST.dict()
    others = sum(len(value) for name, value in sent.items() if name != "body")
    fits = len(body.encode()) <= markdown.MAX_BYTES and others <= OTHERS
    if not (who and body.strip() and fits):
        return
    fields = {name: value for name, value in sent.items() if name not in NOT_KEPT}
    drafts = {**request.session.get(KEPT, {}), request.path: [who, fields]}
    request.session[KEPT] = dict(list(drafts.items())[-MOST:])
    request.session.set_expiry(SECONDS)


def kept(request: MemberRequest) -> dict[str, str]:
    """Return the fields that were kept for this page, to nobody but their writer."""
    who, fields = request.session.get(KEPT, {}).get(request.path, (None, {}))
    return dict(fields) if who == request.user.pk else {}


def drop(request: MemberRequest) -> None:
    """Forget what was kept for this page: it is saved."""
    if kept(request):
        drafts = request.session[KEPT]
        del drafts[request.path]
        request.session[KEPT] = drafts
