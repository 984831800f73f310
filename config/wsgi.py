"""What the web server calls."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# What is loaded by now stays: looking through it for garbage, again and again, took a
# seventh of the time of a page.
gc.freeze()
gc.set_threshold(50_000)  # objects that a page makes, and that go with it by themselves
