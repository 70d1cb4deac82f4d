"""Keys and signatures of packages: who vouches for a manifest, checked without a network.

The anonymous form of the WACZ signing specification (0.1.0), as ArchiveWeb.page writes and ReplayWeb.page checks it:
ECDSA over P-384 with SHA-256, of the manifest's digest as text (`sha256:…`); signature (r and s, 48 bytes each) and
public key (SubjectPublicKeyInfo) in base64. Nonces are those of RFC 6979, so that equal input has an equal signature.

A key lies in two files: `NAME` (PKCS #8, PEM, readable by its owner only) and `NAME.pub` (SubjectPublicKeyInfo, PEM),
which is the one to publish: a signature proves nothing to a reader who did not get the key another way.
"""

import os
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from archive.errors import ArchiveError, ArchiveNotFound, ArchiveWriteFailed

PrivateKey = ec.EllipticCurvePrivateKey
PublicKey = ec.EllipticCurvePublicKey
_SIGNING = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


class BadKey(ArchiveError):
    """Raised where a key file holds no key of the kind that packages are signed with."""


def make_key(path: Path) -> str:
    """Write a new key to `path` and `path`.pub; return its fingerprint. Raise ArchiveWriteFailed, never overwrite."""
    key = ec.generate_private_key(ec.SECP384R1())
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    made: list[Path] = []
    for file, content, mode in ((path, secret, 0o600), (path.with_name(f"{path.name}.pub"), public, 0o644)):
        try:
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
                made.append(file)
                out.write(content)
        except OSError as error:
            for half in made:  # a key without its other file is of no use
                half.unlink()
            if isinstance(error, FileExistsError):
                raise ArchiveWriteFailed(f"{file}: is there already and is kept; name another file") from error
            raise ArchiveWriteFailed(f"{file}: cannot be written: {error.strerror}") from error
    return fingerprint(encode_public(key.public_key()))


def load_key(path: Path) -> PrivateKey:
    """Return the key of a file. Raise BadKey, or ArchiveNotFound."""
    try:
        key = serialization.load_pem_private_key(_content(path), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadKey(f"{path}: no private key in PEM without a password; `nianbao archive key` makes one") from error
    if not isinstance(key, PrivateKey) or not isinstance(key.curve, ec.SECP384R1):
        raise BadKey(f"{path}: packages are signed with ECDSA keys on P-384; `nianbao archive key` makes one")
    return key


def load_public(path: Path) -> str:
    """Return the public key of a file in base64. Raise BadKey, or ArchiveNotFound."""
    try:
        key = serialization.load_pem_public_key(_content(path))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadKey(f"{path}: no public key in PEM; it is the file ending in .pub") from error
    if not isinstance(key, PublicKey):
        raise BadKey(f"{path}: packages are signed with ECDSA keys; this is another kind")
    return encode_public(key)


def sign(key: PrivateKey, text: str) -> str:
    """Return the signature of `text` in base64."""
    r, s = decode_dss_signature(key.sign(text.encode(), _SIGNING))
    return b64encode(r.to_bytes(48, "big") + s.to_bytes(48, "big")).decode()


def is_signed(text: str, signature: str, public_key: str) -> bool:
    """Tell whether the key made the signature, in base64 both. Raise BadKey where they are none."""
    try:
        key = serialization.load_der_public_key(b64decode(public_key, validate=True))
        packed = b64decode(signature, validate=True)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadKey(f"no key or signature in base64: {error}") from error
    if not isinstance(key, PublicKey):
        raise BadKey("a key that is not of ECDSA")
    half = len(packed) // 2
    try:
        pair = encode_dss_signature(int.from_bytes(packed[:half], "big"), int.from_bytes(packed[half:], "big"))
        key.verify(pair, text.encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def encode_public(key: PublicKey) -> str:
    """Return a public key as manifests state it: SubjectPublicKeyInfo in base64."""
    return b64encode(
        key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    ).decode()


def fingerprint(public_key: str) -> str:
    """Return what people compare: `sha256:` and the digest of a public key that is given in base64."""
    return f"sha256:{sha256(b64decode(public_key)).hexdigest()}"


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ArchiveNotFound(f"{path}: {error.strerror}; `nianbao archive key` makes a key") from error
