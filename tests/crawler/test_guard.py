"""The guard at the socket, and what must never leave this machine on its own."""

from __future__ import annotations

from scrapy.downloadermiddlewares import cookies
from twisted.internet.address import IPv4Address

import crawler.cookies  # noqa: F401 -- importing it sets the suffix list
from crawler.addresses import Hosts
from crawler.guard import GuardedResolver


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
