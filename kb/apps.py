"""The one Django application."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from kb.checks import arxiv_contact


class KbConfig(AppConfig):
    """Zhaji as Django sees it."""

    name = "kb"
    verbose_name = _("Library")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have Django look at our settings where it looks at its own."""
        checks.register(arxiv_contact)
