"""What can go wrong in `extract`: one root, and a named reason for every document that is not read."""


class ExtractError(Exception):
    """Root of all errors of `extract`; the message is one line for the user and says what to do."""


class UnreadableDocument(ExtractError):
    """Raised by the readers where a document cannot become blocks.

    `reason` is a fixed word: `not_a_document`, `empty`, `encrypted`, `truncated`, `too_large`, `too_deep`,
    `too_many_pages`, `zip_bomb`, `entity_bomb`, `converter_missing`, `ocr_missing`, `no_text`, `timeout`, `crashed`,
    `malformed`, `index_page`.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def require_at_most(most: int, number: int, what: str, *, reason: str = "too_large") -> None:
    """Raise UnreadableDocument where a document has more of something than is read of one."""
    if number > most:
        raise UnreadableDocument(reason, f"more than {most} {what}")
