"""Pages whose scripts ask for more, kept in the ledger until the answers have come, and the script files of portals."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import astuple

from crawler.addresses import address_key
from crawler.js.told import Answered
from crawler.ledger import Ledger
from crawler.page import LONGEST_HEARD, Page

LONGEST_KEPT = 400_000  # characters of a page
MOST_ANSWERS = 12  # on which a request may stand
MOST_BESIDE = 3  # of them, those that the same page has asked for at once
# What the ledger keeps script files under, pages, and the answers to what a page asks for while it is loaded.
SCRIPT_FACT, ASKER_FACT, BESIDE_FACT = "script ", "asker ", "beside "


class Askers:
    """The pages of a crawl that wait for answers; `striker` gives what shortens the addresses of their links."""

    def __init__(self, ledger: Ledger, striker: Callable[[], Callable[[str], str] | None]) -> None:
        self._ledger, self._striker = ledger, striker

    def script(self, url: str) -> str | None:
        """Return the text of a script file, "" of one that does not come; None of one that was not asked for yet."""
        code = self._ledger.fact(SCRIPT_FACT + url)
        return "" if code is None and self._ledger.has_ended(address_key(url)) else code

    def keep_script(self, url: str, code: str) -> None:
        """Keep the text of a script file."""
        self._ledger.keep_facts({SCRIPT_FACT + url: code if len(code) <= LONGEST_HEARD else ""})

    def keep(self, page: Page) -> str:
        """Keep a page until the answers to its requests have come; return its name, "" where it is not worth it."""
        actor = page.asker or page
        if not actor.acts or len(actor.text) > LONGEST_KEPT or len(actor.answers) > MOST_ANSWERS:
            return ""
        answers = [astuple(one) for one in actor.answers]
        kept = json.dumps([actor.url, actor.text, actor.charset, answers], ensure_ascii=False)
        name = hashlib.blake2b(kept.encode(), digest_size=12).hexdigest()
        self._ledger.keep_facts({ASKER_FACT + name: kept})
        return name

    def kept(self, name: str) -> Page | None:
        """Return the page of that name, with the script files that have come."""
        kept = self._ledger.fact(ASKER_FACT + name) if name else None
        if kept is None:
            return None
        url, text, charset, answers = json.loads(kept)
        page = Page(url, text, charset=charset, acts=True, answers=[Answered.of(one) for one in answers[:-1]])
        page.strike = self._striker()
        page.file = self.script
        return page.answered(Answered.of(answers[-1])) if answers else page

    def waiting(self, name: str) -> Page | None:
        """Return what was kept until script files had come: a page, or the answer to one of its requests."""
        actor = self.kept(name)
        if actor is None or not actor.answers:
            return actor
        page = Page(actor.answers[-1].url, actor.answers[-1].text, charset=actor.charset)
        page.strike, page.asker = actor.strike, actor
        return page

    def answered(self, name: str, answer: Answered) -> Page | None:
        """Return the page of that name with the answer to one of its requests; of those that it makes while it is
        loaded, with the answers that have come to the others before: one may be of use only beside another.
        """
        page = self.kept(name)
        if page is None or not page.asks_at_once(answer):
            return page and page.answered(answer)
        told = json.loads(self._ledger.fact(BESIDE_FACT + name) or "[]")
        beside = [one for one in map(Answered.of, told) if one.request != answer.request]
        kept = [astuple(one) for one in (*beside, answer)][-MOST_BESIDE:]
        self._ledger.keep_facts({BESIDE_FACT + name: json.dumps(kept, ensure_ascii=False)})
        return (page.answered(*beside) if beside else page).answered(answer)
