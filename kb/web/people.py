"""Invitations."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from kb.ops import members
from kb.ops.members import AlreadyMember, Person
from kb.web.doors import MemberRequest, curating
from kb.web.forms import InvitationForm, posted


@curating
def invite(request: MemberRequest) -> HttpResponse:
    """Make an account, and send its owner the link to choose a password.

    The link is shown as well, for teams whose mail is not set up.
    """
    form = InvitationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        person = Person(**form.cleaned_data)
        try:
            user = members.invite(person, by=request.user)
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
