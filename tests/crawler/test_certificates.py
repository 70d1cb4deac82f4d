"""Portals over TLS, with the faults that portals have: real sockets on loopback, certificates made here."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from archive import Capture, iter_captures, raw_exchange
from crawler.certificates import faults_of
from samples import SamplePortals

NOW = datetime.now(UTC)
HOST = "127.0.0.11"


@dataclass(frozen=True)
class Signed:
    certificate: x509.Certificate
    key: Any


def make(
    name: str,
    *,
    hosts: tuple[str, ...] = (HOST,),
    days: tuple[int, int] = (-30, 30),
    issuer: Signed | None = None,
    ca: bool = False,
    bits: int = 0,
) -> Signed:
    """Make a certificate, valid from and to so many days from now; without an issuer it signs itself."""
    key = rsa.generate_private_key(65537, bits) if bits else ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = [x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host) for host in hosts]
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
    )
    return Signed(built.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def context(
    folder: Path, *chain: Signed, configure: Callable[[ssl.SSLContext], None] = lambda _: None
) -> ssl.SSLContext:
    """Return the context of a server that shows a chain."""
    file = folder / f"{chain[0].certificate.serial_number}.pem"
    key = chain[0].key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    file.write_bytes(key + b"".join(one.certificate.public_bytes(serialization.Encoding.PEM) for one in chain))
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    configure(made)
    made.load_cert_chain(file)
    return made


ROOT = make("Unknown Root", ca=True)
MIDDLE = make("Unknown CA", ca=True, issuer=ROOT)


@pytest.mark.parametrize(
    ("chain", "faults"),
    [
        ([make("a")], ["self-signed"]),
        ([make("a", days=(-60, -30))], [f"expired {NOW - timedelta(days=30):%Y-%m-%d}", "self-signed"]),
        ([make("a", days=(5, 30))], [f"not valid before {NOW + timedelta(days=5):%Y-%m-%d}", "self-signed"]),
        ([make("a", hosts=("www.other.gov.cn",))], ["wrong host", "self-signed"]),
        ([make("a", issuer=MIDDLE)], ["issuer not known"]),
        ([make("a", issuer=MIDDLE), MIDDLE, ROOT], ["issuer not trusted"]),
        ([], ["no certificate"]),
    ],
)
def test_faults_of_a_chain(chain, faults):
    assert faults_of([signed.certificate for signed in chain], HOST, at=NOW) == faults


def test_a_name_may_be_any_of_the_certificates():
    chain = [make("a", hosts=("*.x.gov.cn",)).certificate]
    assert faults_of(chain, "www.x.gov.cn", at=NOW) == ["self-signed"]
    assert faults_of(chain, "www.y.gov.cn", at=NOW) == ["wrong host", "self-signed"]


def old(server: ssl.SSLContext) -> None:
    """TLS 1.0 only, with the ciphers and keys of its time."""
    server.set_ciphers("ALL:@SECLEVEL=0")
    server.minimum_version = server.maximum_version = ssl.TLSVersion.TLSv1


@pytest.fixture
def crawled_over_tls(crawl, tmp_path):
    """Crawl one portal behind a TLS server; return its captures by path, and the portals."""

    def run(server: ssl.SSLContext):
        portals = SamplePortals(kinds="reports")
        portals.portals = portals.portals[:1]
        portals.portals[0].tls = server
        with portals:
            register = portals.portals_csv(tmp_path / "portals.csv")
            crawled = crawl(register)
            log = portals.log
        captures = {item.url: item for item in iter_captures(crawled.archive) if isinstance(item, Capture)}
        return portals, crawled, captures, log

    return run


@pytest.mark.parametrize(
    ("days", "hosts", "verdict"),
    [
        ((-30, 30), (HOST,), "self-signed"),
        ((-60, -30), (HOST,), "expired"),
        ((-30, 30), ("www.other.gov.cn",), "wrong host; self-signed"),
    ],
)
def test_a_portal_with_a_bad_certificate_is_fetched_and_the_verdict_stamped(
    crawled_over_tls, tmp_path, days, hosts, verdict
):
    portals, crawled, captures, log = crawled_over_tls(context(tmp_path, make("a", days=days, hosts=hosts)))
    assert set(portals.truth.reports) <= set(captures), crawled.said
    assert crawled.said["status"] == 0
    assert all(verdict in capture.metadata["certificate"] for capture in captures.values())
    wire = [raw_exchange(crawled.archive, one.warc, one.offset, one.length) for one in captures.values()]
    assert sorted(wire) == sorted(hit.sent for hit in log)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated")
def test_a_portal_of_another_age_is_spoken_to_in_its_own_tls(crawled_over_tls, tmp_path):
    server = context(tmp_path, make("a", bits=1024), configure=old)
    portals, crawled, captures, _ = crawled_over_tls(server)
    assert set(portals.truth.reports) <= set(captures), crawled.said
    assert {capture.metadata["tls"] for capture in captures.values()} == {"legacy"}
    assert crawled.said["status"] == 0


def test_a_portal_that_speaks_no_tls_is_asked_without_and_the_record_says_so(crawl, tmp_path):
    with SamplePortals(kinds="reports") as portals:
        portals.portals = portals.portals[:1]
        register = portals.portals_csv(tmp_path / "portals.csv")
        register.write_text(register.read_text("utf-8").replace("http://", "https://"), "utf-8")
        crawled = crawl(register)
        assert max(portals.peak_connections.values()) == 1
    captures = {item.url: item for item in iter_captures(crawled.archive) if isinstance(item, Capture)}
    assert set(portals.truth.reports) <= set(captures), crawled.said
    home = captures[portals.portals[0].origin + "/"]
    assert home.metadata["fallback"] == "from https"
    assert crawled.said["outcomes"][portals.portals[0].authority]["timeout"] == 1  # no word of TLS came back
