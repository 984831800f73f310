"""A stand-in for arXiv, and a gate that is open when a test begins."""

import socket

import pytest
import redis

from tests.arxiv_server import ArxivServer
from tests.arxiv_server import Paper as Held
from tests.ops.papers.said import IDS


@pytest.fixture
def arxiv(settings):
    """A stand-in for arXiv that the product asks."""
    held = [Held(arxiv_id, f"Title of {arxiv_id}") for arxiv_id in IDS]
    with ArxivServer(held) as server:
        settings.ARXIV_API_URL, settings.ARXIV_OAI_URL = server.url, server.oai_url
        settings.ARXIV_ENABLED = settings.ARXIV_HARVEST = True
        settings.ARXIV_SPACING_SECONDS = 0
        redis.from_url(settings.REDIS_URL).flushdb()
        yield server


@pytest.fixture
def closed_port():
    """A port of this machine where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
