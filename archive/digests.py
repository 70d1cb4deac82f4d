"""Digests as the archive states them: `sha1:BASE32`, of a block or of a payload."""

from collections.abc import Iterable
from hashlib import sha1
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".ljust(256, b"=")  # of base 32
_HALVINGS = [  # of lanes of 256 bits and less: bits of half their content, those bits in each lane, what moves them up
    (bits, sum((1 << bits) - 1 << lane for lane in range(0, 256, 16 * bits // 5)), (1 << 8 * bits // 5) - (1 << bits))
    for bits in (80, 40, 20, 10, 5)
]


def digest_of(data: "Buffer") -> str:
    """Return `sha1:BASE32`, the form of all digests in the archive."""
    return _stated(sha1(data, usedforsecurity=False).digest())


def digest_of_pieces(pieces: Iterable["Buffer"]) -> str:
    """Return the digest of pieces in a row."""
    digest = sha1(usedforsecurity=False)
    for piece in pieces:
        digest.update(piece)
    return _stated(digest.digest())


def _stated(digest: bytes) -> str:
    """Return base 32 in a third of the time of `base64.b32encode`: each exchange has four.

    The 160 bits are spread, half by half, until each byte of 32 holds five.
    """
    number = int.from_bytes(digest, "big")
    for bits, lower, up in _HALVINGS:
        number += (number >> bits & lower) * up
    return "sha1:" + number.to_bytes(32, "big").translate(_DIGITS).decode()
