"""The suite runs on private throw-away servers, and reaches no other machine."""

import atexit
import os
import sys
import tempfile
from pathlib import Path

import pytest
from pytest_socket import socket_allow_hosts

from config import embedded

VAR = Path(tempfile.mkdtemp(prefix="zhaji-test-")).resolve()
CONFIGURED = (
    *("SECRET_KEY", "DEBUG", "SITE_URL", "ALLOWED_HOSTS", "PORT", "HOST"),
    *("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "READABLE_BY", "BEHIND_PROXY"),
    *("ARXIV_CONTACT", "ARXIV_HARVEST", "ARXIV_SETS", "ARXIV_SPACING_SECONDS"),
    *("ARXIV_TIMEOUT_SECONDS", "ARXIV_OAI_TIMEOUT_SECONDS"),
    *("TIME_ZONE", "DEFAULT_FROM_EMAIL", "FETCH_ENABLED"),
)
SERIOUS = ("browser", "service")

atexit.register(embedded.discard, VAR)
for name in CONFIGURED:
    os.environ.pop(name, None)
NOBODY = "http://127.0.0.1:9/"  # what asks arXiv in a test starts a stand-in for it
os.environ |= {"VAR_DIR": str(VAR), "THROWAWAY": "1", "ARXIV_ENABLED": "false"}
os.environ |= {"ARXIV_API_URL": NOBODY, "ARXIV_OAI_URL": NOBODY}

if "config.settings" in sys.modules:
    raise pytest.UsageError(
        "Django's settings were loaded before tests/conftest.py could choose throw-"
        "away servers: set DJANGO_SETTINGS_MODULE neither in pyproject.toml nor in "
        "the environment."
    )
if "pytest_django" in sys.modules:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()


@pytest.fixture
def library_index(settings, tmp_path):
    """Return what makes an index of the test's library, or brings it up to date."""
    from kb.search.sync import Keeper  # noqa: PLC0415 - needs the settings made above

    settings.SEARCH_DIR = tmp_path / "search"
    keeper = Keeper()

    def refresh():
        keeper.refresh()
        keeper.open.spell()

    yield refresh
    keeper.close()


def pytest_runtest_setup() -> None:
    """Let a test reach this machine alone."""
    socket_allow_hosts(["127.0.0.1", "localhost"], allow_unix_socket=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Under NO_SKIPS, fail what must run everywhere and was skipped."""
    report = yield
    must_run = any(item.get_closest_marker(marker) for marker in SERIOUS)
    if must_run and not hasattr(report, "wasxfail"):
        _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """Do the same for a whole file of browser tests."""
    report = yield
    if "browser" in collector.path.parts:
        _refuse_skip(report)
    return report


def _refuse_skip(report):
    if report.skipped and os.environ.get("NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and may not be: {report.longrepr}"
