"""The ways in which scripts ask for something: XMLHttpRequest, fetch, jQuery's and axios' functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from crawler.js import library
from crawler.js.documents import document_of
from crawler.js.language import Function
from crawler.js.library import pairs_of, parsed
from crawler.js.methods import argument
from crawler.js.promises import Promise, awaited
from crawler.js.told import Headers
from crawler.js.values import GAP, UNDEFINED, UNKNOWN, Host, Listed, Obj, fields_of, items_of, string, truth, unheeded
from crawler.labels import is_xml

ABSOLUTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
BY_SCRIPT = {"X-Requested-With": "XMLHttpRequest"}  # what jQuery says of itself
WANTED = {
    "json": "application/json, text/javascript, */*; q=0.01", "xml": "application/xml, text/xml, */*; q=0.01",
    "html": "text/html, */*; q=0.01",
}  # fmt: skip
# A header that a script may set. A browser keeps some to itself; here none may say who asks, or for whom.
HEADER = re.compile(
    r"(?!(?:accept-(?:charset|encoding)|access-control-.*|authorization|cache-control|client-ip|connection|content-.*|cookie2?"
    r"|date|dnt|expect|forwarded|from|host|if-.*|keep-alive|origin|pragma|proxy-.*|range|referer|sec-.*|te|trailer"
    r"|transfer-encoding|upgrade|user-agent|via|x-(?:forwarded-.*|real-ip|client-ip|http-method.*))$)[a-z][\w-]{0,60}",
    re.IGNORECASE,
)
HEADER_VALUE = re.compile(r"[!-~]+(?: [!-~]+){0,20}")
MOST_HEADERS, LONGEST_VALUE = 8, 200
ON_ANSWER = ("onreadystatechange", "onload", "onloadend")
CALLED = re.compile(r"[\w$.]{1,80}\s*\((.*)\)\s*;?", re.DOTALL)

if TYPE_CHECKING:
    from crawler.js.browser import Browser


class Request(Host):
    """An XMLHttpRequest."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.method, self.url = browser, "GET", ""
        self.headers = Obj()
        self.answered: str | None = None

    def get(self, name: str) -> Any:
        acts = {
            "open": self._open, "send": self._send, "setRequestHeader": self._set_header,
            "addEventListener": self._listen,
        }  # fmt: skip
        if name == "responseXML":
            return document_of(self.browser, self.answered or "")
        if name in ("getAllResponseHeaders", "getResponseHeader", "abort"):
            return lambda _, __: ""
        return acts[name] if name in acts else super().get(name)

    def put(self, name: str, value: Any) -> None:
        super().put(name, value)
        if name in ON_ANSWER and self.answered is not None:
            self.browser.realm.call(value, self, [])

    def _listen(self, _: Any, args: list[Any]) -> Any:
        self.put(f"on{string(argument(args, 0))}", argument(args, 1))
        return UNDEFINED

    def _set_header(self, _: Any, args: list[Any]) -> Any:
        self.headers[string(argument(args, 0))] = argument(args, 1)
        return UNDEFINED

    def _open(self, _: Any, args: list[Any]) -> Any:
        self.method, self.url = string(argument(args, 0)).upper(), string(argument(args, 1))
        return UNDEFINED

    def _send(self, _: Any, args: list[Any]) -> Any:
        body = body_of(argument(args, 0)) if self.method == "POST" else None
        self.answered = self.browser.ask(self.url, body if self.method != "POST" else body or "", headers=self.headers)
        if self.answered is not None:
            self.kept |= {"readyState": 4, "status": 200, "responseText": self.answered, "response": self.answered}
            self.kept["responseURL"] = self.url
            for name in ON_ANSWER:
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


def heeded(fields: Any) -> Headers:
    """Return the headers that a script may set, of those that it does, as far as they are known."""
    fields = fields_of(fields)
    pairs = [(name, string(value)) for name, value in fields.items() if isinstance(value, str | int)]
    known = [(name, value) for name, value in pairs if HEADER.fullmatch(name) and HEADER_VALUE.fullmatch(value)]
    return tuple(pair for pair in known[:MOST_HEADERS] if len(pair[1]) <= LONGEST_VALUE)


class Ways:
    """The functions that ask, for a browser that notes what they ask for."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.realm = browser, browser.realm
        self.setup = Obj()  # what `$.ajaxSetup` was given

    def jquery(self, args: list[Any], method: str) -> Any:
        """`$.get(url, data, success)` and its like."""
        if isinstance(argument(args, 0), Obj):
            return self.ajax(UNDEFINED, [Obj({"type": method} | argument(args, 0))])
        data = next((value for value in args[1:2] if not isinstance(value, Function)), UNDEFINED)
        success = next((value for value in args[1:] if isinstance(value, Function)), UNDEFINED)
        kind = next((value for value in args[2:] if isinstance(value, str)), "")
        return self.ajax(
            UNDEFINED, [Obj(url=argument(args, 0), type=method, data=data, success=success, dataType=kind)]
        )

    def ajax(self, _: Any, args: list[Any]) -> Any:
        """`$.ajax({url, type, data, success})`."""
        options = Obj({**self.setup, **next((value for value in args if isinstance(value, Obj)), Obj())})
        url = args[0] if args and isinstance(args[0], str) else options.get("url", UNKNOWN)
        method = string(options.get("type", options.get("method", "GET"))).upper()
        data = options.get("data", UNDEFINED)
        if isinstance(data, Obj) and "json" in string(options.get("contentType", "")).lower():
            data = library.to_json(data)
        is_jsonp = string(options.get("dataType", "")).lower() == "jsonp"
        called = {options.get("jsonp", "callback"): options.get("jsonpCallback", "jsonp")} if is_jsonp else {}
        kind, headers = string(options.get("dataType", "")).lower(), Obj() if is_jsonp else Obj(BY_SCRIPT)
        headers |= {"Accept": WANTED[kind]} if kind in WANTED else {}
        for told in (self.setup.get("headers"), options.get("headers")):
            headers |= fields_of(told)
        if isinstance(before := options.get("beforeSend"), Function):
            made = Request(self.browser)
            self.realm.call(before, options, [made, options])
            headers |= made.headers
        params = Obj(called) if called else options.get("params", UNDEFINED)
        answered = self.sent(url, method, data, params, headers=headers)
        if answered is None:
            return Promise(self.realm)
        value = answered if kind in ("text", "html") else data_of(answered)
        if kind == "xml" or (not kind and is_xml(answered)):
            value = document_of(self.browser, answered)
        for name in ("success", "complete"):
            if isinstance(options.get(name), Function):
                self.realm.call(options[name], options, [value, "success", Obj(responseText=answered)])
        return Promise(self.realm, more=["success", Obj(responseText=answered)]).settle(value, is_kept=True)

    def script(self, _: Any, args: list[Any]) -> Any:
        """`$.getScript(url, success)`: the answer is a script that is run."""
        answered = self.sent(argument(args, 0), "GET", UNDEFINED)
        if answered is not None:
            self.browser.follow(answered)
            self.realm.call(argument(args, 1, unheeded), UNDEFINED, [answered])
        return Promise(self.realm)

    def sent(
        self, url: Any, method: str, data: Any, params: Any = UNDEFINED, *, headers: Any = UNDEFINED
    ) -> str | None:
        if url is UNKNOWN or url is UNDEFINED:
            return None
        address = string(url)
        body = body_of(data)
        query = [part for part in (body_of(params), body if method != "POST" else None) if part]
        if query:
            address += ("&" if "?" in address else "?") + "&".join(query)
        return self.browser.ask(address, (body or "") if method == "POST" else None, headers=headers)

    def fetch(self, _: Any, args: list[Any]) -> Any:
        options = argument(args, 1)
        fields = fields_of(options)
        method, body = string(fields.get("method", "GET")).upper(), fields.get("body", UNDEFINED)
        answered = self.sent(argument(args, 0), method, body, headers=fields.get("headers"))
        if answered is None:
            return Promise(self.realm)
        response = Obj(
            ok=True, status=200, json=lambda _, __: Promise(self.realm).settle(parsed(answered), is_kept=True),
            text=lambda _, __: Promise(self.realm).settle(answered, is_kept=True),
        )  # fmt: skip
        return Promise(self.realm).settle(response, is_kept=True)


class Axios(Host):
    """axios, or what `axios.create` has made of it: requests with an address before them, and what changes these."""

    def __init__(self, ways: Ways, told: Any = UNDEFINED) -> None:
        self.ways, self.realm = ways, ways.realm
        self.changes: dict[str, list[Any]] = {"request": [], "response": []}
        known = Obj(fields_of(told))
        headers = known.get("headers")
        self.kept["defaults"] = known | {"headers": Obj(common=Obj()) | fields_of(headers)}
        self.kept["interceptors"] = Obj({name: Obj(use=self._use(name), eject=self._use("")) for name in self.changes})

    def get(self, name: str) -> Any:
        if name == "create":
            return lambda _, args: Axios(self.ways, argument(args, 0))
        if name == "request":
            return self
        if name in ("get", "delete", "head", "jsonp"):
            return lambda _, args: self._ask(name, argument(args, 0), UNDEFINED, argument(args, 1))
        if name in ("post", "put", "patch"):
            return lambda _, args: self._ask(name, argument(args, 0), argument(args, 1), argument(args, 2))
        if name in ("all", "spread"):
            first = self.realm.named("Promise").get("all")
            return first if name == "all" else lambda _, args: self._spread(argument(args, 0))
        return super().get(name)

    def __call__(self, _: Any, args: list[Any]) -> Any:
        told = argument(args, 1 if isinstance(argument(args, 0), str) else 0, Obj())
        fields = fields_of(told)
        url = args[0] if isinstance(argument(args, 0), str) else fields.get("url", UNKNOWN)
        return self._ask(string(fields.get("method", "get")).lower(), url, fields.get("data", UNDEFINED), fields)

    def _use(self, name: str) -> Any:
        def use(_: Any, args: list[Any]) -> Any:
            self.changes.get(name, []).append(argument(args, 0))
            return 0

        return use

    def _spread(self, function: Any) -> Any:
        return lambda _, args: self.realm.call(function, UNDEFINED, items_of(argument(args, 0)))

    def _defaults(self, method: str) -> Obj:
        """Return the headers that every request is given, or every one of a method."""
        known = self.kept["defaults"].get("headers")
        groups = [known, known.get("common"), known.get(method)] if isinstance(known, Obj) else []
        return Obj({name: value for group in groups if isinstance(group, Obj) for name, value in group.items()})

    def _ask(self, method: str, url: Any, data: Any, told: Any) -> Any:
        told = Obj({**self.kept["defaults"], **fields_of(told)})
        own = told.get("headers")
        told |= {"url": url, "method": method, "headers": Obj(common=Obj()) | self._defaults(method), "data": data}
        told["headers"].update(fields_of(own))
        for change in self.changes["request"]:
            changed = awaited(self.realm, self.realm.call(change, UNDEFINED, [told]))
            told = changed if isinstance(changed, Obj) else told
        url, base, data = told.get("url", UNKNOWN), told.get("baseURL", ""), told.get("data", UNDEFINED)
        if isinstance(url, str) and isinstance(base, str) and base and not ABSOLUTE.match(url):
            url = f"{base.rstrip('/')}/{url.lstrip('/')}" if url else base
        is_form = truth(told.get("emulateJSON", False))  # of vue-resource
        body = library.to_json(data) if isinstance(data, Obj | list) and not is_form else data
        posts = "POST" if method in ("post", "put", "patch") else "GET"
        answered = self.ways.sent(url, posts, body, told.get("params", UNDEFINED), headers=told.get("headers"))
        promise = Promise(self.realm)
        if answered is None:
            return promise
        value = data_of(answered)
        # What takes the data out of the answer may stand in a file that is not at hand.
        told = {"data": value, "body": value, "status": 200, "config": told, "request": Obj(), "headers": Obj()}
        response = Obj(told, proto=value if isinstance(value, Obj) else None)
        promise.settle(response, is_kept=True)
        for change in self.changes["response"]:
            promise = promise.then(change)
        promise.own["success"] = lambda _, args: promise.then(  # of AngularJS: it is handed the data alone
            lambda _, kept: self.realm.call(argument(args, 0), UNDEFINED, [kept[0].get("data")])
        )
        return promise


def client_of(ways: Ways, options: Any) -> Any:
    """Return what `axios.create` makes of its options; NotImplemented where they are no such."""
    told = isinstance(options, Obj) and not {"baseURL", "timeout"}.isdisjoint(options)
    return Axios(ways, options) if told else NotImplemented


def data_of(answered: str) -> Any:
    """Return an answer as data where it is JSON, or a call with some; else as it is. Where such data are used as a
    string they are the text that came: which of both a script is handed depends on what it says of itself.
    """
    text = answered.strip()
    called = CALLED.fullmatch(text) if text[:1] not in ("{", "[", "<") else None
    text = called[1] if called else text
    value = parsed(text) if called or text[:1] in ("{", "[") else UNKNOWN
    if isinstance(value, Obj):
        value.words = text
    return answered if value is UNKNOWN else Listed(value, text) if isinstance(value, list) else value
