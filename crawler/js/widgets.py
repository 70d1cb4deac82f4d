"""Tables and trees of libraries that are not read: what their options ask for, the rows that they show of the answer,
and what a click on one of these does. The options come by a call, or stand in attributes of the page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from crawler.js.elements import Element
from crawler.js.filling import filled
from crawler.js.language import Function
from crawler.js.library import pairs_of, parsed, words_of
from crawler.js.methods import argument
from crawler.js.syntax import run
from crawler.js.values import GAP, UNDEFINED, UNKNOWN, Obj, fields_of, items_of, string, truth

if TYPE_CHECKING:
    from crawler.js.browser import Browser

MOST_ITEMS = 60
MOST_WIDGETS = 20  # of a page's attributes
SIZES = ("pageSize", "limit", "pageLength", "rowNum", "size", "iDisplayLength")
PAGED = ("page", "pagination", "pager", "rownumbers", "pageSize")
TOLD = frozenset(("limit", "offset", "pageSize", "pageNumber", "page", "rows", "id"))
GIVEN = ("data", "where", "queryParams", "otherParam", "params", "postData", "extraParams", "baseParams", "ajaxData")
FIELD = ("field", "data", "name", "dataIndex", "mData")  # of a column, what it shows
BRANCHES = ("isParent", "hasChildren", "hasChild", "hasChildNodes")
POSTING = re.compile(r"(?:data|tree|combo)\w*grid|datagrid|combo\w+|tree")  # widgets of easyui: they post
BY_ATTRIBUTES = (
    "script[data-main], [data-toggle=table], [class*='easyui-'], [class*='mini-'][url], [lay-data], table[data-url],"
    "table[data-ajax]"
)
OPTIONS = frozenset(("url", "method", "pagination", "pagesize", "field", "formatter", "renderer"))
CODED = ("data-options", "lay-data", "lay-options")  # attributes that hold an object's fields as code


def by_attributes(browser: Browser) -> None:
    """Offer the widgets whose options stand in attributes of the page, and load the module that one names."""
    for element in browser.select(BY_ATTRIBUTES)[:MOST_WIDGETS]:
        if element.tag == "script":
            browser.loader.start(element.attributes.get("data-main", ""))
            continue
        options = _options_of(browser, element)
        heads = [_options_of(browser, head) for head in element.all("th, [field]")]
        if any(heads):
            options["columns"] = [head for head in heads if head]
        kind = re.search(r"(?:easyui|mini)-(\w+)", element.attributes.get("class", ""))
        if kind and kind[0].startswith("mini"):
            options["params"] = Obj(pageIndex=0, pageSize=options.get("pagesize", 10))
        if isinstance(options.get("url", options.get("ajax")), str):
            browser.realm.offered([options], kind[1] if kind else "bootstrapTable")


def _options_of(browser: Browser, element: Element) -> Obj:
    """Return the options that an element's attributes hold: as code, or each in one of its own."""
    found = Obj()
    for name, value in element.attributes.items():
        if name in CODED:
            told = run(browser.realm, f"({{{value.strip().removeprefix('{').removesuffix('}')}}})")
            found.update(fields_of(told))
        elif name.startswith("data-") or name in OPTIONS:
            word = re.sub(r"-(\w)", lambda sign: sign[1].upper(), name.removeprefix("data-"))
            known = browser.realm.named(value)
            plain = parsed(value) if value[:1] in "[{" or value in ("true", "false") or value.isdecimal() else value
            found[word] = known if isinstance(known, Function) else value if plain is UNKNOWN else plain
    return found


class Widget:
    """A table or a tree: its options, those `outer` around them, and what takes its items."""

    def __init__(
        self, browser: Browser, option: Obj, outer: Obj, name: str, offer: Callable[[list[Obj]], None] = lambda _: None
    ) -> None:
        self.browser, self.option, self.name, self.offer = browser, option, name, offer
        self.whole = Obj({**outer, **option})
        self.columns = columns_of(self.whole) or browser.columns

    def ask(self, url: str, more: Obj | None = None) -> list[Obj]:
        """Note the request of the options, with `more` among its fields; return the items of its answer, where that is
        given.
        """
        body = urlencode(pairs_of(Obj({**self._fields(), **(more or {})})), safe=GAP)
        if self._posts():
            text = self.browser.ask(url, body)
        else:
            text = self.browser.ask(f"{url}{'&' if '?' in url else '?'}{body}" if body else url)
        found = self._read(text) if text is not None else UNDEFINED
        items = list_of_items(found)
        for item in items[:MOST_ITEMS]:
            if _is_branch(item):
                self.browser.items.append((words_of(item), partial(self._open, url, item)))
        self.show(_rows(found))
        return items

    def _open(self, url: str, branch: Obj) -> None:
        """Ask for what is below an item of a tree."""
        names = [string(name) for name in items_of(self.option.get("autoParam"))] or ["id"]
        more = Obj({name.partition("=")[2] or name: branch.get(name.partition("=")[0]) for name in names})
        if isinstance(function := self.option.get("data"), Function):
            told = self.browser.realm.call(function, UNKNOWN, [branch])
            more = told if isinstance(told, Obj) else more
        self.offer(self.ask(url, more))

    def _posts(self) -> bool:
        stated = self.option.get("type", self.option.get("method", self.whole.get("mtype", UNDEFINED)))
        if isinstance(stated, str) and stated.lower() in ("get", "post"):
            return stated.lower() == "post"
        return POSTING.fullmatch(self.name) is not None or "autoParam" in self.option

    def _read(self, text: str) -> Any:
        """Return an answer as the options' own functions make it."""
        found = parsed(text)
        for reader in ("responseHandler", "loadFilter", "parseData", "dataFilter"):
            if isinstance(function := self.whole.get(reader), Function):
                told = self.browser.realm.call(function, UNKNOWN, [found])
                found = told if isinstance(told, Obj | list) else found
        return found

    def _fields(self) -> Obj:
        """Return what is sent: what the options say, and what the usual libraries send of themselves."""
        option, whole, fields = self.option, self.whole, Obj()
        size = next((whole[name] for name in SIZES if isinstance(whole.get(name), int)), 10)
        if isinstance(whole.get("page"), Obj) and isinstance(whole["page"].get("limit"), int):
            size = whole["page"]["limit"]
        for name in GIVEN:
            value = option.get(name, whole.get(name) if name == "params" else None)
            if isinstance(value, Function):
                told = Obj(limit=size, offset=0, pageSize=size, pageNumber=1, page=1, rows=size)
                told |= {"id": "#"} if self.name == "jstree" else {}
                value = self.browser.realm.call(value, UNKNOWN, [told])
                told = Obj({key: value for key, value in told.items() if key not in TOLD})
                value = value if isinstance(value, Obj) else told
            fields.update(fields_of(value))
        names = whole.get("request", whole.get("prmNames"))
        if truth(whole.get("serverSide")):
            fields.update(draw=1, start=0, length=size)
        elif isinstance(names, Obj):
            fields[string(names.get("pageName", names.get("page", "page")))] = 1
            fields[string(names.get("limitName", names.get("rows", "limit")))] = size
        elif any(truth(whole.get(name)) for name in PAGED) and not isinstance(option.get("queryParams"), Function):
            by_offset = self.name == "bootstrapTable" and whole.get("queryParamsType", "limit") == "limit"
            fields.update(Obj(order="asc", offset=0, limit=size) if by_offset else Obj(page=1, limit=size, rows=size))
        return fields

    def show(self, rows: list[Any]) -> None:
        """Write the rows of a table as its columns show them; where these are told later, keep them until then."""
        shown = []
        self.browser.unshown = [] if self.columns else rows
        for row in rows[:MOST_ITEMS] if self.columns or (rows and isinstance(rows[0], list)) else ():
            if isinstance(row, Obj) and isinstance(row.get("cell"), list):  # of jqGrid: values in the order of columns
                row = Obj(zip(map(_field_of, self.columns), row["cell"], strict=False)) | row
            cells = "".join(f"<td>{self._cell(column, row)}</td>" for column in self.columns)
            if isinstance(row, list) and not re.sub(r"<[^>]*>", "", cells):
                cells = "".join(f"<td>{html.escape(string(value))}</td>" for value in row)
            shown.append(f"<tr>{cells}</tr>")
            self.browser.shown_items += [row] if isinstance(row, Obj) else []
        if shown:
            self.browser.write(self.browser.document, f"<table>{''.join(shown)}</table>", more=True)

    def _cell(self, column: Obj, row: Any) -> str:
        field = _field_of(column)
        value = row.get(field, UNDEFINED) if isinstance(row, Obj) else UNDEFINED
        if isinstance(row, list) and field.isdecimal() and int(field) < len(row):
            value = row[int(field)]
        if column.get("formatter") == "showlink" and isinstance(told := column.get("formatoptions"), Obj):  # of jqGrid
            name, more = (string(told.get(key, usual)) for key, usual in (("idName", "id"), ("addParam", "")))
            href = f"{string(told.get('baseLinkUrl', ''))}?{name}={string(row.get('id', GAP))}{more}"
            return f'<a href="{html.escape(href)}">{html.escape(string(value))}</a>'
        record = handed_as(row) if isinstance(row, Obj) else row
        handed = {
            "formatter": [value, row, 0], "render": [value, "display", row], "templet": [row],
            "mRender": [value, "display", row],
            "renderer": [Obj(record=row, value=value)] if "params" in self.whole else [value, Obj(), record],
        }  # fmt: skip
        for name, arguments in handed.items():
            act = column.get(name)
            if isinstance(act, Function):
                return string(self.browser.realm.call(act, column, arguments))
            if isinstance(act, str):
                holder = self.browser.first(act) if act.startswith("#") else None
                return filled(self.browser, string(holder.get("innerHTML")) if holder is not None else act, row)
        return html.escape(string(value)) if isinstance(value, str | int | float) else ""


def _is_branch(item: Obj) -> bool:
    """Say whether an item of a tree has others below it, which are to be asked for."""
    named = any(truth(item.get(name)) for name in BRANCHES)
    return named or item.get("state") == "closed" or item.get("children") is True


def handed_as(item: Obj) -> Obj:
    """Return an item as libraries hand it over: by its fields, under some name, or to be asked for them."""
    asked = Obj(get_node=lambda *_: item)
    handed = Obj(
        node=item, instance=asked, selected=[item.get("id", UNDEFINED)], rowData=item, record=item, event=UNKNOWN
    )
    handed |= {"get": lambda _, args: item.get(string(argument(args, 0)), UNDEFINED), **item, "data": item}
    handed.words = words_of(item)
    return handed


def columns_of(option: Obj) -> list[Obj]:
    """Return the columns that options name."""
    named = [option[name] for name in ("cols", "columns", "colModel", "aoColumns", "columnDefs") if name in option]
    return [one for value in named if isinstance(value, list) for one in _flat(value)]


def _field_of(column: Obj) -> str:
    """Return the name, or the place, of the field that a column shows."""
    return string(next((column[name] for name in FIELD if name in column), UNDEFINED))


def _flat(value: Any) -> list[Obj]:
    return [
        one for part in value for one in (_flat(part) if isinstance(part, list) else [part]) if isinstance(one, Obj)
    ]


def _rows(found: Any) -> list[Any]:
    """Return the rows of an answer: the longest list in it of objects, or of lists."""
    lists = [found] if isinstance(found, list) else []
    lists += [value for one in within(found) for value in one.values() if isinstance(value, list)]
    return max((one for one in lists if one and isinstance(one[0], Obj | list)), key=len, default=[])


def within(value: Any, depth: int = 0) -> list[Obj]:
    """Return an object and those inside it."""
    if isinstance(value, list) and depth < 4:
        return [inner for part in value[:30] for inner in within(part, depth + 1)]
    if not isinstance(value, Obj) or depth > 4:
        return []
    return [value, *(inner for part in value.values() for inner in within(part, depth + 1))]


def list_of_items(found: Any) -> list[Obj]:
    """Return the objects that stand in the lists of some data."""
    return [
        item for one in [found, *(part for inner in within(found) for part in inner.values())] for item in items_in(one)
    ]


def items_in(value: Any, depth: int = 0) -> list[Obj]:
    """Return the objects of a list, those below them included."""
    found: list[Obj] = []
    for item in value[:400] if isinstance(value, list) and depth < 6 else ():
        if isinstance(item, Obj):
            is_column = "field" in item or "dataIndex" in item
            if not is_column and not any(isinstance(part, Function) for part in item.values()):
                found.append(item)
            found += [inner for part in item.values() for inner in items_in(part, depth + 1)]
    return found
