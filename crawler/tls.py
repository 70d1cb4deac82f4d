"""TLS for portals of every age: modern for all hosts, legacy for single ones after a named handshake error."""

from __future__ import annotations

from typing import Any

from OpenSSL import SSL
from scrapy.core.downloader import contextfactory
from twisted.internet.ssl import TLSVersion
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]


@implementer(IPolicyForHTTPS)
class TlsPolicy:
    """Chooses the TLS for a host; the exceptions hold for one process.

    Certificates are not verified: what a portal with an expired one publishes is kept all the same, as it came.
    """

    def __init__(self, modern: Any, legacy: Any) -> None:
        self._modern = modern
        self._legacy = legacy
        self._old_hosts: set[str] = set()

    def use_legacy(self, host: str) -> bool:
        """Note that a host needs legacy TLS; False where it was noted before."""
        known = host in self._old_hosts
        self._old_hosts.add(host)
        return not known

    def is_legacy(self, host: str) -> bool:
        """Say whether a host is spoken to in legacy TLS."""
        return host in self._old_hosts

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802
        """Return the connection creator for a host (Twisted's interface)."""
        policy = self._legacy if self.is_legacy(hostname.decode("ascii")) else self._modern
        return policy.creatorForNetloc(hostname, port)


class LegacyContextFactory(contextfactory._ScrapyClientContextFactory):
    """TLS for servers of another age: from TLS 1.0, any cipher, small keys."""

    def _get_cert_options(self) -> _LegacyOptions:
        kwargs = self._get_cert_options_kwargs()
        kwargs.pop("method", None)
        kwargs["insecurelyLowerMinimumTo"] = TLSVersion.TLSv1_0
        return _LegacyOptions(**kwargs)


class _LegacyOptions(contextfactory._ScrapyCertificateOptions):
    def _makeContext(self, skipCiphers: bool = False) -> SSL.Context:  # noqa: N802, N803
        del skipCiphers
        context = super()._makeContext(True)
        # Cipher names alone leave the security level where it is; only this string lowers it (small DH keys, 3DES).
        context.set_cipher_list(b"ALL:@SECLEVEL=0")
        return context
