"""What can go wrong in `archive`: one root; every message names the file and the place, and says what to do."""

from pathlib import Path


class ArchiveError(Exception):
    """Root of all errors of `archive`; the message is one line for the user."""


class ArchiveNotFound(ArchiveError):
    """Raised by every reader where the folder, the file or the capture asked for is not there."""


class ArchiveWriteFailed(ArchiveError):
    """Raised by the writer where the disk refuses bytes (full, quota, gone). What was written before stays whole."""


class PayloadTooLarge(ArchiveError):
    """Raised by the reader where a payload, unpacked, or a record's block is over the limit: a bomb, or a film."""


class UnresolvedRevisit(ArchiveError):
    """Raised by the reader where a revisit refers to a capture that the folder does not hold."""


class DamagedArchive(ArchiveError):
    """Raised by the reader where a file's bytes are no WARC record: a bit flipped, a foreign format, a hole.

    `path` and `offset` tell where the bad record begins; `after` where reading can go on, where that is certain.
    """

    def __init__(self, path: Path, offset: int, what: str, *, after: int | None = None) -> None:
        super().__init__(f"{path}: offset {offset}: {what}")
        self.path = path
        self.offset = offset
        self.what = what
        self.after = after


class TruncatedArchive(DamagedArchive):
    """Raised by the reader where a file ends within a record; all records before it are whole."""
