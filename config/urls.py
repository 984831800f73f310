"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("kb.web.urls")),
    path("account/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "kb.web.errors.bad_request"
handler403 = "kb.web.errors.refused"
handler404 = "kb.web.errors.not_found"
handler500 = "kb.web.errors.broken"
