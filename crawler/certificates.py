"""What is wrong with a server's certificate. It keeps nobody from being heard: a portal with an expired one is archived
all the same, with the verdict in its record.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import certifi
from cryptography import x509
from OpenSSL import SSL, crypto
from service_identity import CertificateError, VerificationError
from service_identity.cryptography import verify_certificate_hostname, verify_certificate_ip_address
from twisted.internet.abstract import isIPAddress, isIPv6Address

VALID = "valid"
# OpenSSL's codes of X509_verify_cert
_CHAIN_FAULTS = {18: "self-signed", 19: "issuer not trusted", 20: "issuer not known", 21: "issuer not known"}


def verdict_on(connection: SSL.Connection, host: str) -> str:
    """Return "valid", or what is wrong with the certificate that a server showed for a host, joined by "; ": expired,
    not yet valid, wrong host, self-signed, issuer not trusted, issuer not known (an incomplete chain is that, too).
    """
    chain = connection.get_peer_cert_chain(as_cryptography=True) or []
    return "; ".join(faults_of(chain, host, at=datetime.now(UTC))) or VALID


def faults_of(chain: list[x509.Certificate], host: str, *, at: datetime) -> list[str]:
    """Return the faults of a chain, the server's own certificate first; none for one that is valid for the host."""
    if not chain:
        return ["no certificate"]
    leaf, faults = chain[0], []
    if at > leaf.not_valid_after_utc:
        faults.append(f"expired {leaf.not_valid_after_utc:%Y-%m-%d}")
    if at < leaf.not_valid_before_utc:
        faults.append(f"not valid before {leaf.not_valid_before_utc:%Y-%m-%d}")
    if not _names(leaf, host):
        faults.append("wrong host")
    if fault := _chain_fault(chain):
        faults.append(fault)
    return faults


def _names(leaf: x509.Certificate, host: str) -> bool:
    try:
        if isIPAddress(host) or isIPv6Address(host):
            verify_certificate_ip_address(leaf, host)
        else:
            verify_certificate_hostname(leaf, host)
    except (VerificationError, CertificateError):
        return False
    return True


def _chain_fault(chain: list[x509.Certificate]) -> str:
    """Return why no trusted authority vouches for a chain, whatever its dates; "" where one does."""
    leaf, *rest = (crypto.X509.from_cryptography(certificate) for certificate in chain)
    store = _trusted()
    store.set_time(chain[0].not_valid_before_utc.replace(tzinfo=None) + timedelta(seconds=1))
    try:
        crypto.X509StoreContext(store, leaf, rest).verify_certificate()
    except crypto.X509StoreContextError as error:
        code, _, message = error.errors
        return _CHAIN_FAULTS.get(code, str(message))
    return ""


@lru_cache(maxsize=1)
def _trusted() -> crypto.X509Store:
    store = crypto.X509Store()
    store.load_locations(certifi.where())
    return store
