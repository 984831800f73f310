"""Add links to an entry's code, models and data; take them off, and put them back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kb.models import Entry, Resource
from kb.ops import resources
from kb.ops.errors import AlreadyLinked, NotUnderstood
from kb.web import undo
from kb.web.doors import MemberRequest
from kb.web.forms import ResourceForm, posted


def add(request: MemberRequest, pk: int) -> HttpResponse:
    """Add a link; a refusal shows the form again with what was typed."""
    entry = get_object_or_404(Entry.objects.there(), pk=pk)
    form = ResourceForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            resources.add(
                entry, **form.cleaned_data, by=request.user, now=timezone.now()
            )
        except (NotUnderstood, AlreadyLinked) as refusal:
            form.add_error("url", str(refusal))
        else:
            messages.success(request, _("Link added."))
            return redirect(entry)
    status = 422 if form.errors else 200
    context = {"entry": entry, "form": form}
    return render(request, "kb/resource_add.html", context, status=status)


@require_POST
def take_off(request: MemberRequest, pk: int) -> HttpResponse:
    """Show a link no more, and offer to undo it."""
    resource = get_object_or_404(Resource.objects.select_related("entry"), pk=pk)
    resources.take_off(resource, by=request.user)
    back = reverse("kb:resource_put_back", args=[pk])
    undo.offer(request, _("Link taken off."), back)
    return redirect(resource.entry)


@require_POST
def put_back(request: MemberRequest, pk: int) -> HttpResponse:
    """Show a link again."""
    resource = get_object_or_404(Resource.objects.select_related("entry"), pk=pk)
    resources.put_back(resource, by=request.user)
    messages.success(request, _("The link is back."))
    return redirect(resource.entry)
