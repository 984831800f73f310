import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def settings(*names, **environment):
    """What a process started with these variables has for some settings."""
    program = f"""
import json
from config import settings
print(json.dumps([getattr(settings, name, None) for name in {names}]))
"""
    servers = {"DATABASE_URL": "postgresql:///x", "REDIS_URL": "redis://x"}
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, **servers, **environment},
        capture_output=True,
        check=True,
    )
    return json.loads(told.stdout)


@pytest.mark.parametrize("everywhere", ["0.0.0.0", "::"])  # noqa: S104
def test_a_site_that_listens_everywhere_answers_to_the_machines_name(everywhere):
    (hosts,) = settings("ALLOWED_HOSTS", HOST=everywhere)

    assert socket.gethostname().lower() in hosts
    assert "localhost" in hosts
    assert "*" not in hosts


def test_a_site_answers_to_the_address_it_listens_at():
    (hosts,) = settings("ALLOWED_HOSTS", HOST="192.0.2.7")
    (chosen,) = settings("ALLOWED_HOSTS", HOST="0.0.0.0", ALLOWED_HOSTS="kb.example")  # noqa: S104

    assert hosts == ["localhost", "127.0.0.1", "[::1]", "192.0.2.7"]
    assert chosen == ["kb.example"]


def test_limits_count_the_client_behind_a_proxy_and_nobodys_word_without_one():
    assert settings("ALLAUTH_TRUSTED_PROXY_COUNT", BEHIND_PROXY="1") == [1]
    assert settings("ALLAUTH_TRUSTED_PROXY_COUNT") == [None]


STAND_IN = {
    "ARXIV_API_URL": "http://127.0.0.1:8100/api/query",
    "ARXIV_OAI_URL": "http://localhost:8100/oai",
}


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, 3.1),
        ({"ARXIV_SPACING_SECONDS": "10"}, 10),
        ({"ARXIV_SPACING_SECONDS": "0.05"}, 0.05),
        (
            {
                "ARXIV_SPACING_SECONDS": "0.05",
                "ARXIV_API_URL": "https://export.arxiv.org/api/query",
            },
            3,
        ),
        (
            {
                "ARXIV_SPACING_SECONDS": "0.05",
                "ARXIV_OAI_URL": "https://oaipmh.arxiv.org/oai",
            },
            3,
        ),
        (
            {
                "ARXIV_SPACING_SECONDS": "0.05",
                "ARXIV_OAI_URL": "http://127.0.0.1.example.org/oai",
            },
            3,
        ),
    ],
)
def test_only_a_stand_in_on_this_machine_is_asked_faster_than_arxiv_allows(
    environment, seconds
):
    assert settings("ARXIV_SPACING_SECONDS", **STAND_IN | environment) == [seconds]


@pytest.mark.parametrize("value", ["soon", "nan", "inf"])
def test_a_number_that_is_none_stops_the_process(value):
    with pytest.raises(subprocess.CalledProcessError) as stopped:
        settings("ARXIV_SPACING_SECONDS", ARXIV_SPACING_SECONDS=value)

    assert b"say a number" in stopped.value.stderr


def test_lists_in_checkouts_are_named_with_their_files():
    told = "papers = /srv/a b/README.md; 札记=/srv/notes.md\nmore=/srv/a=b.md"

    (lists,) = settings("SYNC_LISTS", SYNC_LISTS=told)

    assert lists == {
        "papers": "/srv/a b/README.md",
        "札记": "/srv/notes.md",
        "more": "/srv/a=b.md",
    }
    with pytest.raises(subprocess.CalledProcessError) as stopped:
        settings("SYNC_LISTS", SYNC_LISTS="/srv/notes.md")
    assert b"NAME=/path" in stopped.value.stderr
