"""Members' profiles, for admins."""

from django.contrib import admin

from kb.models import Member


@admin.register(Member)
class MemberAdmin(admin.ModelAdmin):
    """Who is here, and who let them in."""

    autocomplete_fields = ["user"]
    list_display = ["user", "ui_language", "reading_language", "theme", "invited_by"]
    list_select_related = ["user", "invited_by"]
    readonly_fields = ["invited_by"]
    search_fields = ["user__username", "user__email"]
