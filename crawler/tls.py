"""TLS for portals of every age: modern for all hosts, legacy for single ones after a named handshake error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from scrapy.core.downloader import contextfactory
from twisted.internet.ssl import TLSVersion

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_SUITE = re.compile(  # OpenSSL's names of what was negotiated before TLS 1.3
    r"(?:(ECDHE|DHE)-(RSA|ECDSA|DSS)-)?(?:(AES|CAMELLIA|ARIA)(128|256)|(CHACHA20-POLY1305)|(DES-CBC3))"
    r"(?:-(GCM|CCM8|CCM))?(?:-(SHA\d*))?"
)


def tls_version(connection: SSL.Connection) -> str:
    """Return a connection's protocol as WARC-Protocol names it: `tls/1.3`."""
    family, number = connection.get_protocol_version_name().split("v")
    return f"{family.lower()}/{number if '.' in number or family == 'SSL' else number + '.0'}"


def cipher_suite(connection: SSL.Connection) -> str:
    """Return a connection's cipher suite by its IANA name; by OpenSSL's where that is of none of the usual forms."""
    return iana_name(connection.get_cipher_name() or "")


def iana_name(name: str) -> str:
    """Return the IANA name of a cipher suite from OpenSSL's (RFC 5246 and later: key exchange WITH cipher, hash)."""
    found = _SUITE.fullmatch(name)
    if not found:
        return name
    exchange, signature, cipher, bits, chacha, triple, mode, digest = found.groups()
    keys = f"{exchange}_{signature}" if exchange else "RSA"
    if chacha:
        return f"TLS_{keys}_WITH_CHACHA20_POLY1305_SHA256"
    body = "3DES_EDE_CBC" if triple else f"{cipher}_{bits}_{(mode or 'CBC').replace('CCM8', 'CCM_8')}"
    return "_".join(["TLS", keys, "WITH", body, *([digest] if digest else [])])


class TlsPolicy:
    """Chooses the TLS for a host; the exceptions hold for one process.

    Certificates are not verified: what a portal with an expired one publishes is kept all the same, as it came.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._modern = contextfactory._ScrapyClientContextFactory.from_crawler(crawler)
        self._legacy = LegacyContextFactory.from_crawler(crawler)
        self._old_hosts: set[str] = set()

    def use_legacy(self, host: str) -> bool:
        """Note that a host needs legacy TLS; False where it was noted before."""
        known = host in self._old_hosts
        self._old_hosts.add(host)
        return not known

    def is_legacy(self, host: str) -> bool:
        """Say whether a host is spoken to in legacy TLS."""
        return host in self._old_hosts

    def creator_for(self, host: str, port: int) -> Any:
        """Return what makes the TLS side of a connection to a host (Twisted's IOpenSSLClientConnectionCreator)."""
        policy = self._legacy if self.is_legacy(host) else self._modern
        return policy.creatorForNetloc(host.encode("ascii"), port)


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
