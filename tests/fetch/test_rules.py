"""Which addresses are the internet's, and which are somebody's inside."""

from ipaddress import ip_address

import pytest

from kb.fetch.rules import is_public


def words(text):
    return text.split()


INSIDE = words("""
127.0.0.1 127.8.9.10 0.0.0.0 0.1.2.3 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1
169.254.169.254 100.64.0.1 100.100.100.200 192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.1
203.0.113.1 192.88.99.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
168.63.129.16 :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1
::ffff:0:127.0.0.1
64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::8.8.8.8 2002:7f00:1:: 2002:a9fe:a9fe::1
2001:0:7f00:1::1 2001:0:808:808::80ff:fffe 2001:db8::1 3fff::1 2001:20::1 100::1 5f00::1
fc00::1 fd00:ec2::254 fe80::1 fe80::1%2 fec0::1 ff02::1 ff0e::1 4000::1
""")
OUTSIDE = words("""
8.8.8.8 1.1.1.1 172.32.0.1 100.128.0.1 223.255.255.255 192.0.1.1 140.82.121.4
2606:4700::1111 2001:4860:4860::8888 2a00:1450::1 ::ffff:8.8.8.8 64:ff9b::8.8.8.8
2002:808:808::1
""")


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_one_machine_on_the_internet_is_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_anyone_reaches_is_public(address):
    assert is_public(ip_address(address))
