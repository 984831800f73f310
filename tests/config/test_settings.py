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
