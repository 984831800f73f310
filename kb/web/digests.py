"""End the digest from a link in it, without a log-in."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kb.models.members import Digest
from kb.ops import digests


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@csrf_exempt  # mail programs post it by themselves (RFC 8058); the key is the proof
def unsubscribe(request: HttpRequest, key: str) -> HttpResponse:
    """Ask once, then send its reader no digest any more."""
    try:
        user = get_object_or_404(User, pk=digests.subscriber(key))
    except BadSignature as wrong:
        raise Http404 from wrong
    if request.method == "POST":
        digests.choose(user, Digest.NEVER, now=timezone.now())
    done = request.method == "POST"
    return render(request, "kb/unsubscribe.html", {"done": done})
