#!/usr/bin/env python
"""Run Django's commands; the database and broker are started when none are named."""

import os
import sys

from django.core.management import execute_from_command_line

from config.embedded import Unusable

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except Unusable as refusal:
        sys.exit(str(refusal))
