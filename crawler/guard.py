"""The guard at the socket: a name is resolved here, and no private address leaves this module but one that the
register itself names.

It stands below redirects, below the spider's own checks, and on every connection, so that a name that changes its
address between two look-ups (DNS rebinding) gains nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.addresses import Hosts
from crawler.register import read_register

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase


class GuardedResolver(CachingHostnameResolver):
    """Scrapy's caching resolver for IPv4 and IPv6, with private results left out; `refused` keeps them by host name."""

    def __init__(self, reactor: ReactorBase, cache_size: int, hosts: Hosts) -> None:
        super().__init__(reactor, cache_size)
        self.hosts = hosts
        self.refused: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> GuardedResolver:
        """Return the resolver for the register of the settings."""
        settings = crawler.settings
        return cls(reactor, settings.getint("DNSCACHE_SIZE"), named_hosts(Path(settings["PORTALS"])))

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        """Resolve a name (or a literal address) and pass on what may be connected to."""
        receiver: Any = _Filter(resolutionReceiver, hostName, self)
        return super().resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class _Filter:
    def __init__(self, receiver: Any, host: str, guard: GuardedResolver) -> None:
        self._receiver = receiver
        self._host = host
        self._guard = guard

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:  # noqa: N802, N803
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if self._guard.hosts.allows_address(address.host):
            self._receiver.addressResolved(address)
        else:
            self._guard.refused[self._host] = address.host

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()


def named_hosts(register: Path) -> Hosts:
    """Return the policy that a register makes: its own hosts, and `.gov.cn`."""
    return Hosts(host for portal in read_register(register) for host in portal.hosts)
