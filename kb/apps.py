"""The one Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KbConfig(AppConfig):
    """Zhaji as Django sees it."""

    name = "kb"
    verbose_name = _("Library")
    default_auto_field = "django.db.models.BigAutoField"
