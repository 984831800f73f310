"""Every address of the site."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

admin.autodiscover()
# There is one way in, and it limits how often passwords can be tried.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("kb.web.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/two-factor/", include("allauth.mfa.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "kb.web.errors.bad_request"
handler403 = "kb.web.errors.refused"
handler404 = "kb.web.errors.not_found"
handler500 = "kb.web.errors.broken"
