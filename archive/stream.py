"""Bytes that come in pieces, read forward as one stream: what files of records are read from."""

from collections.abc import Iterator

from archive.errors import TruncatedArchive
from archive.http_message import MAX_HEAD, head_end

EMPTY_LINE = (b"\n\n", b"\n\r\n")


class Stream:
    """Pieces of bytes as one stream that is read forward; `offset` is where the next byte lies."""

    def __init__(self, pieces: Iterator[bytes], offset: int) -> None:
        self.offset = offset
        self._pieces = pieces
        self._ahead = b""
        self._cut: TruncatedArchive | None = None

    def has_more(self) -> bool:
        """Tell whether a byte follows. Raise TruncatedArchive where the pieces were cut, once all before is taken."""
        if self._look(1):
            return True
        if self._cut is not None:
            raise self._cut
        return False

    def skip_empty_lines(self) -> None:
        while self.has_more() and self._ahead[0] in b"\r\n":
            lines = len(self._ahead) - len(self._ahead.lstrip(b"\r\n"))
            self._advance(lines)

    def take_head(self) -> bytes:
        """Take up to and with the first empty line; what there is where none comes within the limit of a head."""
        wanted = 4096
        while True:
            seen = self._look(wanted)
            end = head_end(self._ahead)
            if end < seen or self._ahead.endswith(EMPTY_LINE) or seen < wanted or wanted > MAX_HEAD:
                return self.take(end)
            wanted *= 4

    def pieces(self, size: int) -> Iterator[bytes]:
        """Take `size` bytes, piece by piece; fewer where the stream ends."""
        while size and self.has_more():
            piece = self._ahead[:size]
            self._advance(len(piece))
            size -= len(piece)
            yield piece

    def take(self, size: int) -> bytes:
        """Take `size` bytes; fewer where the stream ends."""
        return b"".join(self.pieces(size))

    def pass_by(self, size: int) -> int:
        """Go on by `size` bytes without keeping them; return by how many it was."""
        return sum(map(len, self.pieces(size)))

    def take_if(self, expected: bytes) -> bool:
        """Take `expected` where it comes next."""
        self._look(len(expected))
        if not self._ahead.startswith(expected):
            return False
        self._advance(len(expected))
        return True

    def _look(self, size: int) -> int:
        """Have `size` bytes ahead, fewer where the stream ends; return how many there are."""
        if len(self._ahead) < size:
            parts, seen = [self._ahead], len(self._ahead)
            try:
                while seen < size and (piece := next(self._pieces, b"")):
                    parts.append(piece)
                    seen += len(piece)
            except TruncatedArchive as cut:
                self._cut = cut
            self._ahead = b"".join(parts)
        return len(self._ahead)

    def _advance(self, size: int) -> None:
        self._ahead = self._ahead[size:]
        self.offset += size
