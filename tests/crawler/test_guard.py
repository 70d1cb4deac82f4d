"""The guard at the socket, and what must never leave this machine on its own."""

from __future__ import annotations

import socket

import pytest
from scrapy.downloadermiddlewares import cookies
from twisted.internet.address import IPv4Address

import crawler.cookies  # noqa: F401 -- importing it sets the suffix list
from crawler.addresses import Hosts
from crawler.guard import GuardedResolver
from samples import SamplePortals
from samples.faults import redirects

from .conftest import PROGRAM, finish_crawl, start_crawl
from .test_politeness import Small


class Names:
    """A name service that answers differently each time it is asked."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = iter(answers)

    def resolveHostName(self, receiver, name, port=0, types=None, semantics="TCP"):  # noqa: N802, ARG002
        receiver.resolutionBegan(None)
        for host in next(self._answers):
            receiver.addressResolved(IPv4Address("TCP", host, port))
        receiver.resolutionComplete()
        return receiver


class Receiver:
    def __init__(self) -> None:
        self.addresses: list[str] = []

    def resolutionBegan(self, resolution):  # noqa: N802
        pass

    def addressResolved(self, address):  # noqa: N802
        self.addresses.append(address.host)

    def resolutionComplete(self):  # noqa: N802
        pass


def resolved(guard: GuardedResolver, host: str) -> list[str]:
    receiver = Receiver()
    guard.resolveHostName(receiver, host)
    return receiver.addresses


def guard_over(*answers: list[str], named: tuple[str, ...] = ()) -> GuardedResolver:
    reactor = type("Reactor", (), {"nameResolver": Names(*answers)})()
    return GuardedResolver(reactor, 0, Hosts(named))


def test_private_addresses_are_left_out_and_remembered():
    guard = guard_over(["10.0.0.5", "1.2.3.4"])
    assert resolved(guard, "www.x.gov.cn") == ["1.2.3.4"]
    assert guard.refused == {"www.x.gov.cn": "10.0.0.5"}


def test_a_name_that_moves_to_a_private_address_gains_nothing():
    guard = guard_over(["1.2.3.4"], ["127.0.0.1"])
    assert resolved(guard, "rebinding.gov.cn") == ["1.2.3.4"]
    assert resolved(guard, "rebinding.gov.cn") == []


def test_only_the_very_address_of_the_register_is_let_through():
    guard = guard_over(["127.0.0.11"], ["127.0.0.12"], named=("127.0.0.11",))
    assert resolved(guard, "127.0.0.11") == ["127.0.0.11"]
    assert resolved(guard, "127.0.0.12") == []


def test_public_suffixes_come_from_the_bundled_list():
    split = cookies._split_domain
    assert split.suffix_list_urls == ()
    assert split("www.x.gov.cn").suffix == "gov.cn"


LIED_TO = """
from functools import partialmethod
from socket import getaddrinfo
from twisted.internet import _resolver
def lie(host, *rest, **more):
    return getaddrinfo("127.0.0.12" if host in ("www.rebound.gov.cn", b"www.rebound.gov.cn") else host, *rest, **more)
_resolver.GAIResolver.__init__ = partialmethod(_resolver.GAIResolver.__init__, getaddrinfo=lie)
"""
UNGUARDED = """
from crawler.addresses import Hosts
Hosts.allows = lambda self, host: True
"""


@pytest.mark.parametrize(
    ("before", "target", "outcome"),
    [
        (LIED_TO, "http://www.rebound.gov.cn:{port}/inside", "address_refused"),
        ("", "http://127.0.0.12:{port}/inside", "host_refused"),
        (UNGUARDED, "http://127.0.0.12:{port}/inside", "address_refused"),
        (UNGUARDED, "http://[::1]:{port}/inside", "address_refused"),
    ],
    ids=["a name that leads inside", "a literal address", "at the socket, too", "IPv6"],
)
def test_a_redirect_never_leads_to_a_private_address(tmp_path, before, target, outcome):
    portal = Small()
    served = SamplePortals(kinds="reports")
    served.portals = [portal]
    with served, socket.create_server(("127.0.0.12", served.port)) as trap:
        trap.settimeout(0)
        portal.put("/", redirects(target.format(port=served.port)))
        register = served.portals_csv(tmp_path / "portals.csv")
        crawled = finish_crawl(start_crawl(tmp_path, register, program=before + PROGRAM), tmp_path)
        with pytest.raises(BlockingIOError):  # nobody has knocked
            trap.accept()
    assert crawled.said["outcomes"]["甲县"] == {"redirect": 1, outcome: 1}
