"""Characters that have several forms."""

from __future__ import annotations

from unicodedata import is_normalized, normalize

_WIDE = tuple((wide, normalize("NFKC", wide)) for wide in "，：；（）！？％\u3000")  # Chinese prose is full of them


def nfkc(text: str) -> str:
    """Return a text in Unicode's form NFKC, in which full-width letters, digits and signs are plain.

    Of a text in which anything is to be changed `normalize` looks up each Chinese character in tables of hundreds, so that
    one full-width comma makes it a hundred times as slow. So the commonest are changed before.
    """
    if is_normalized("NFKC", text):
        return text
    for wide, plain in _WIDE:
        text = text.replace(wide, plain)
    return normalize("NFKC", text)
