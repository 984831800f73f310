"""Who is here and what they may do; invitations."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kb.models import AuditLine
from kb.ops import roles
from kb.ops.members import AlreadyMember, Person
from kb.web.doors import MemberRequest, curating
from kb.web.forms import InvitationForm, posted
from kb.web.keys import keys_in

NAMED_ROLES = {
    roles.MEMBER: gettext_lazy("member"),
    roles.CURATOR: gettext_lazy("curator"),
    roles.ADMIN: gettext_lazy("admin"),
}


PAGE = 100  # people, or lines of the log


@require_http_methods(["GET", "HEAD", "POST"])
@curating
def people(request: MemberRequest) -> HttpResponse:
    """List everybody; admins give roles, let in or not, and end sessions."""
    if request.method == "POST":
        return govern(request)
    rows = User.objects.select_related("member__invited_by")
    page = Paginator(rows.order_by("-is_active", "username"), PAGE).get_page(
        request.GET.get("page")
    )
    with_factor = set(
        Authenticator.objects.filter(user__in=page).values_list("user", flat=True)
    )
    for person in page:
        person.has_factor = person.pk in with_factor  # type: ignore[attr-defined]
        person.role = roles.role_of(person)  # type: ignore[attr-defined]
    context = {"page": page, "roles": NAMED_ROLES}
    return render(request, "kb/people.html", context)


def govern(request: MemberRequest) -> HttpResponse:
    """Do what a button says to the account it is about."""
    said, by, now = request.POST, request.user, timezone.now()
    person = get_object_or_404(User, pk__in=keys_in([said.get("person", "")]))
    if said.get("role") in roles.ROLES and "give" in said:
        roles.give(person, said["role"], by=by, now=now)
    elif "off" in said:
        roles.switch(person, on=False, by=by, now=now)
    elif "on" in said:
        roles.switch(person, on=True, by=by, now=now)
    elif "factor" in said:
        roles.drop_factor(person, by=by, now=now)
    elif "end" in said:
        roles.log_out(person, by=by, now=now)
    messages.success(request, _("Done."))
    return redirect("kb:people")


@require_safe
@curating
def audit_log(request: MemberRequest) -> HttpResponse:
    """List what was done to people and rights, and refused, newest first."""
    rows = AuditLine.objects.select_related("by")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "kb/audit.html", {"page": page})


@curating
def invite(request: MemberRequest) -> HttpResponse:
    """Make an account, and send its owner the link to choose a password.

    The link is shown as well, for teams whose mail is not set up.
    """
    form = InvitationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        person = Person(**form.cleaned_data)
        try:
            user = roles.let_in(person, by=request.user, now=timezone.now())
        except AlreadyMember as refusal:
            form.add_error(None, str(refusal))
        else:
            link = request.build_absolute_uri(password_link(user))
            context = {"invited": user, "link": link, "sent": send(request, user, link)}
            return render(request, "kb/invited.html", context)
    status = 422 if form.errors else 200
    return render(request, "kb/invite.html", {"form": form}, status=status)


def password_link(user: User) -> str:
    """Return the one-time address at which the user chooses a password."""
    key = default_token_generator.make_token(user)
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": key},
    )


def send(request: MemberRequest, user: User, link: str) -> bool:
    """Mail the link; return whether the mail could be handed over."""
    context = {"invited": user, "link": link, "inviter": request.user}
    body = render_to_string("kb/mail/invitation.txt", context, request)
    sender = settings.DEFAULT_FROM_EMAIL
    try:
        return bool(send_mail(_("Your account at Zhaji"), body, sender, [user.email]))
    except OSError:
        return False
