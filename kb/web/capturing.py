"""Ways to keep what one reads elsewhere: a bookmark, and a phone's share button."""

import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kb.ops.site import absolute

PAPER, ACCENT = "#fbfaf7", "#8f3325"  # as kb.css has them, where CSS does not reach

# Opens the page that says what it understood; what is marked goes along as a note.
SCRIPT = (
    "javascript:(()=>{{const e=encodeURIComponent;open('{add}?text='+e(location.href)"
    "+'&title='+e(document.title)+'&note='+e(String(getSelection()).slice(0,4000)))}})()"
)


@require_safe
@login_not_required
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the site as an app: it can be installed, and shared to."""
    told = {
        "name": _("Zhaji"),
        "start_url": reverse("kb:home"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": ACCENT,
        "icons": [
            {"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        ],
        "share_target": {
            "action": reverse("kb:add"),
            "method": "GET",
            "params": {"title": "title", "text": "note", "url": "text"},
        },
    }
    kind = "application/manifest+json"
    return HttpResponse(json.dumps(told, ensure_ascii=False), content_type=kind)


def bookmark() -> str:
    """Return the address of the bookmark that keeps the page one is reading."""
    return SCRIPT.format(add=absolute(reverse("kb:add")))
