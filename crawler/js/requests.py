"""The ways in which scripts ask for something: XMLHttpRequest, fetch, jQuery's and axios' functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from crawler.js import library
from crawler.js.language import Function
from crawler.js.library import pairs_of, parsed
from crawler.js.methods import argument
from crawler.js.promises import Promise
from crawler.js.values import GAP, UNDEFINED, UNKNOWN, Host, Obj, string

if TYPE_CHECKING:
    from crawler.js.browser import Browser


class Request(Host):
    """An XMLHttpRequest."""

    def __init__(self, browser: Browser) -> None:
        super().__init__()
        self.browser, self.method, self.url = browser, "GET", ""
        self.answered: str | None = None

    def get(self, name: str) -> Any:
        if name == "open":
            return self._open
        if name == "send":
            return self._send
        return super().get(name)

    def put(self, name: str, value: Any) -> None:
        super().put(name, value)
        if name in ("onload", "onreadystatechange") and self.answered is not None:
            self.browser.realm.call(value, self, [])

    def _open(self, _: Any, given: list[Any]) -> Any:
        self.method, self.url = string(argument(given, 0)).upper(), string(argument(given, 1))
        return UNDEFINED

    def _send(self, _: Any, given: list[Any]) -> Any:
        body = body_of(argument(given, 0)) if self.method == "POST" else None
        self.answered = self.browser.ask(self.url, body if self.method != "POST" else body or "")
        if self.answered is not None:
            self.kept |= {"readyState": 4, "status": 200, "responseText": self.answered, "response": self.answered}
            for name in ("onreadystatechange", "onload"):
                if isinstance(self.kept.get(name), Function):
                    self.browser.realm.call(self.kept[name], self, [])
        return UNDEFINED


def body_of(data: Any) -> str | None:
    """Return the body that data is sent as; None without any."""
    if data is UNDEFINED or data is None or isinstance(data, Function) or data is UNKNOWN:
        return None
    if isinstance(data, str):
        return data
    return urlencode(pairs_of(data), safe=GAP)


class Ways:
    """The functions that ask, for a browser that notes what they ask for."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.realm = browser, browser.realm

    def jquery(self, given: list[Any], method: str) -> Any:
        """`$.get(url, data, success)` and its like."""
        if isinstance(argument(given, 0), Obj):
            return self.ajax(UNDEFINED, [Obj({"type": method} | argument(given, 0))])
        data = next((value for value in given[1:2] if not isinstance(value, Function)), UNDEFINED)
        success = next((value for value in given[1:] if isinstance(value, Function)), UNDEFINED)
        return self.ajax(UNDEFINED, [Obj(url=argument(given, 0), type=method, data=data, success=success)])

    def axios(self, given: list[Any], method: str) -> Any:
        options = argument(given, 1 if method == "GET" else 2)
        made = Obj(options if isinstance(options, Obj) else {}) | {"url": argument(given, 0), "method": method}
        if method == "POST":
            data = argument(given, 1)
            made["data"] = library.to_json(data) if isinstance(data, Obj) else data
        return self.ajax(UNDEFINED, [Obj(made)], wrapped=True)

    def ajax(self, _: Any, given: list[Any], *, wrapped: bool = False) -> Any:
        """`$.ajax({url, type, data, success})`, `axios({url, method, params, data})`."""
        options = next((value for value in given if isinstance(value, Obj)), Obj())
        url = given[0] if given and isinstance(given[0], str) else options.get("url", UNKNOWN)
        method = string(options.get("type", options.get("method", "GET"))).upper()
        data = options.get("data", UNDEFINED)
        if isinstance(data, Obj) and "json" in string(options.get("contentType", "")).lower():
            data = library.to_json(data)
        answered = self._sent(url, method, data, options.get("params", UNDEFINED))
        if answered is None:
            return Promise(self.realm)
        value = (
            parsed(answered)
            if answered.lstrip()[:1] in ("{", "[") and string(options.get("dataType", "")) not in ("text", "html")
            else answered
        )
        value = answered if value is UNKNOWN else value
        for name in ("success", "complete"):
            if isinstance(options.get(name), Function):
                self.realm.call(options[name], options, [value, "success", Obj(responseText=answered)])
        made = Promise(self.realm, more=[] if wrapped else ["success", Obj(responseText=answered)])
        return made.settle(Obj(data=value, status=200) if wrapped else value, is_kept=True)

    def _sent(self, url: Any, method: str, data: Any, params: Any = UNDEFINED) -> str | None:
        if url is UNKNOWN or url is UNDEFINED:
            return None
        address = string(url)
        body = body_of(data)
        query = [part for part in (body_of(params), body if method != "POST" else None) if part]
        if query:
            address += ("&" if "?" in address else "?") + "&".join(query)
        return self.browser.ask(address, (body or "") if method == "POST" else None)

    def fetch(self, _: Any, given: list[Any]) -> Any:
        options = argument(given, 1)
        fields = options if isinstance(options, Obj) else Obj()
        answered = self._sent(
            argument(given, 0), string(fields.get("method", "GET")).upper(), fields.get("body", UNDEFINED)
        )
        if answered is None:
            return Promise(self.realm)
        response = Obj(
            ok=True, status=200, json=lambda _, __: Promise(self.realm).settle(parsed(answered), is_kept=True),
            text=lambda _, __: Promise(self.realm).settle(answered, is_kept=True),
        )  # fmt: skip
        return Promise(self.realm).settle(response, is_kept=True)
