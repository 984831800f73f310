"""Members' accounts and profiles, for admins."""

from typing import Any

import allauth.mfa.admin  # noqa: F401 - registers what is taken away below
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kb.admin.annotations import DiscreetAdmin
from kb.models import Annotation, Member

admin.site.unregister(User)
admin.site.unregister(Authenticator)  # it shows secrets; the desk takes one away


@admin.register(User)
class AccountAdmin(DiscreetAdmin, UserAdmin):
    """Accounts. One that was ever used is deactivated, not deleted.

    So a refusal does not tell whether somebody has private notes.
    """

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[Any], list[Any]]:
        """Refuse in the same words, whatever they have written."""
        going, counts, forbidden, kept = super().get_deleted_objects(objs, request)
        used = any(account.last_login for account in objs)
        if used or kept or Annotation.objects.filter(author__in=objs).exists():
            told = _("An account that was used: make it inactive instead.")
            kept = [*kept, told]
        return going, counts, forbidden, kept


@admin.register(Member)
class MemberAdmin(admin.ModelAdmin):
    """Who is here, and who let them in."""

    autocomplete_fields = ["user"]
    list_display = ["user", "ui_language", "reading_language", "theme", "invited_by"]
    list_select_related = ["user", "invited_by"]
    readonly_fields = ["invited_by"]
    search_fields = ["user__username", "user__email"]
