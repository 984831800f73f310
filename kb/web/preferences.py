"""How a member sees the site."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kb.ops import digests, feed_keys, members
from kb.web.doors import MemberRequest
from kb.web.forms import PreferencesForm, posted
from kb.web.members import member_of


def preferences(request: MemberRequest) -> HttpResponse:
    """Choose languages, theme, and what to be told of."""
    member = member_of(request)
    kept = {name: getattr(member, name) for name in PreferencesForm.base_fields}
    form = PreferencesForm(posted(request), initial=kept)
    if request.method == "POST" and form.is_valid():
        save(request, form, member.digest)
        messages.success(request, _("Saved."))
        return redirect("kb:preferences")
    status = 422 if form.errors else 200
    context = {"form": form, "own_key": feed_keys.key_of(member)}
    return render(request, "kb/preferences.html", context, status=status)


def save(request: MemberRequest, form: PreferencesForm, digest: str) -> None:
    """Keep what was chosen; a digest that stays as it was stays due when it is."""
    chosen = dict(form.cleaned_data)
    often = chosen.pop("digest")
    members.prefer(request.user, **chosen)
    if often != digest:
        digests.choose(request.user, often, now=timezone.now())


@require_POST
@login_not_required
def language(request: MemberRequest) -> HttpResponse:
    """Switch the interface's language, for the browser and for the member."""
    chosen = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not (back[:1] == "/" and url_has_allowed_host_and_scheme(back, None)):
        back = "/"
    response = HttpResponseRedirect(back)
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=365 * 24 * 3600,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        if request.user.is_authenticated:
            members.prefer(request.user, ui_language=chosen)
    return response


@require_safe
@login_not_required
def favicon(request: HttpRequest) -> HttpResponse:
    """Point browsers that ask for the old name to the icon."""
    return redirect(static("icon.svg"))
