"""A connection goes where it was checked to go, and the server is told the name."""

import socket
import ssl
import time
from ipaddress import ip_address

import pytest
from pytest_socket import socket_allow_hosts

from kb.fetch import NotFetched, pinned
from tests.websites import HOME, PEM, connections, counts_as_public, website


@pytest.fixture
def secure():
    """Return a site with TLS that keeps the names it was called by."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    called: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: called.append(name)
    with website(context) as site:
        site.called = called
        site.secure_url = site.url.replace("http:", "https:")
        site.names["other.example"] = [str(HOME)]
        yield site


def trusting():
    return ssl.create_default_context(cafile=str(PEM))


def test_over_tls_the_server_is_called_by_name_and_must_prove_it(secure):
    got = secure.fetch(f"{secure.secure_url}/", trusted=trusting)

    assert got.text == "# A list\n"
    assert secure.called == ["public.example"]
    assert secure.asked[0][1]["Host"] == f"public.example:{secure.server_port}"


@pytest.mark.parametrize(
    ("host", "trusted"),
    [("other.example", {"trusted": trusting}), ("public.example", {})],
)
def test_a_site_that_cannot_prove_who_it_is_is_not_read(secure, host, trusted):
    url = secure.secure_url.replace("public.example", host)

    with pytest.raises(NotFetched, match="its certificate is not valid"):
        secure.fetch(f"{url}/", **trusted)

    assert secure.asked == []


def test_a_name_is_looked_up_once_for_each_address_that_is_asked(site):
    site.fetch("/")

    assert site.looked_up == ["public.example"]


def test_another_address_of_the_name_is_tried_when_one_is_dead(site):
    dead = "127.0.0.9"  # nothing listens there
    site.names["public.example"] = [dead, str(HOME)]

    def public(address):
        return counts_as_public(address) or address == ip_address(dead)

    socket_allow_hosts([dead, str(HOME)], allow_unix_socket=True)
    with connections() as reached:
        got = site.fetch("/", public=public)

    assert (got.status, reached) == (200, [dead, str(HOME)])


def test_a_site_that_is_down_is_said_to_be(site):
    with socket.create_server((str(HOME), 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(NotFetched, match="could not be reached"):
        site.fetch(f"http://public.example:{port}/", ports=frozenset({port}))


def test_a_name_service_that_answers_late_starts_nothing(site):
    def late(_host, _port):
        time.sleep(0.3)
        return [str(HOME)]

    with connections() as reached:
        with pytest.raises(NotFetched, match="did not answer in full"):
            site.fetch("/", resolver=late, seconds=0.1)
        time.sleep(0.4)

    assert reached == []


def test_the_systems_name_service_gives_each_address_once():
    assert pinned.resolve("127.0.0.1", 80) == ["127.0.0.1"]
