"""AngularJS as far as pages use it: controllers with what they ask for, and the page's markup as their view."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from crawler.js.elements import Element
from crawler.js.language import Function
from crawler.js.methods import argument
from crawler.js.objects import Callables
from crawler.js.syntax import compiled, text_of
from crawler.js.templates import ANGULAR, View
from crawler.js.values import UNKNOWN, Obj, items_of
from crawler.js.vue import Fields

if TYPE_CHECKING:
    from crawler.js.browser import Browser

PARAMETERS = re.compile(r"^(?:async\s+)?(?:function\s*\w*\s*)?\(([^)]*)\)")
# In the language that it is written in: its own file wants a page that answers.
LIBRARY = """
const told = {}, made = {}, starts = [], views = [], module = {}, known = {};
const call = (what, handed, anew) => {  // hands a function what it asks for by name
  const act = Array.isArray(what) ? what[what.length - 1] : what;
  if (typeof act != 'function') return act;
  const names = Array.isArray(what) ? what.slice(0, -1) : act.$inject || parameters(act);
  const given = names.map(name => name in handed ? handed[name] : service(name));
  return anew ? new act(...given) : act(...given);
};
const service = name => {
  if (name in made) return made[name];
  const [kind, what] = name in told ? told[name] : ['value', unknown];
  made[name] = unknown;  // while it is made
  const one = ['value', 'constant'].includes(kind) ? what : call(what, {}, kind == 'service');
  return made[name] = kind == 'provider' ? call(one.$get, {}) : one;
};
const scope = () => {
  const fields = {$apply: act => act && act()};
  for (const name of ['watch', 'on', 'emit', 'broadcast', 'digest', 'watchCollection', 'destroy'])
    fields['$' + name] = () => {};
  return fields;
};
for (const kind of ['factory', 'service', 'provider', 'value', 'constant', 'controller', 'component', 'directive',
                    'filter', 'config', 'run', 'decorator'])
  module[kind] = (...given) => {
    const what = given.pop();
    if (given.length) told[given[0]] = [kind, what];
    else if (kind == 'config' || kind == 'run') starts.push(what);
    return module;
  };
const query = Object.fromEntries(new URLSearchParams(location.search));
const go = to => { if (typeof to == 'string') location.href = to };
Object.assign(made, {
  $http: axios, $routeParams: query, $stateParams: query, $window: window, $document: document, $q: Promise,
  $location: {search: () => query, path: () => location.pathname, url: go, absUrl: () => location.href},
  $timeout: setTimeout, $interval: setTimeout, $sce: {trustAsHtml: html => html}, $rootScope: scope(),
  $state: {params: query, go}, $filter: () => value => value,
});
const show = (element, name) => {
  const [word, alias] = name.split(' as ').map(part => part.trim()), fields = scope();
  if (element) views.push([element, fields]);
  const what = word in told ? told[word][1] : window[word];
  try {
    const own = call(what, {$scope: fields}, alias);
    if (alias) fields[alias] = own;
  } catch (error) {}
};
const start = () => {
  for (const what of starts) call(what, {});
  const elements = Object.keys(told).length ? document.querySelectorAll('[ng-controller], [data-ng-controller]') : [];
  const named = Array.from(elements)
    .map(one => [one, one.getAttribute('ng-controller') || one.getAttribute('data-ng-controller')]);
  const shown = named.map(([, name]) => name.split(' as ')[0].trim());
  for (const name in told) if (told[name][0] == 'controller' && !shown.includes(name)) named.push([null, name]);
  for (const [element, name] of named.slice(0, 20)) show(element, name);
};
const angular = {
  module: () => module, extend: Object.assign, copy: value => value, element: jQuery, isArray: Array.isArray,
  bootstrap: () => {}, toJson: JSON.stringify,
  forEach: (of, act) => { for (const name in of) act(of[name], name) },
};
"""


class Angular:
    """What shows controllers in a browser."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.realm = browser, browser.realm
        names = {"parameters": lambda _, args: _parameters(argument(args, 0)), "unknown": UNKNOWN}
        self.scope, made = self.realm.scope(names), dict(self.realm.made)
        with self.realm.lasting():
            self.realm.guarded(compiled(LIBRARY), self.scope)
        self.realm.made = made  # what the page does not call there is no concern of its

    def names(self) -> dict[str, Any]:
        """Return AngularJS' name."""
        return {"angular": Callables(lambda *_: UNKNOWN, self.scope.names["angular"])}

    def start(self) -> None:
        """Call the controllers: those of the page's elements, then those that no element names."""
        self.realm.call(self.scope.names["start"], UNKNOWN, [])

    def shown(self) -> str:
        """Return what the controllers show."""
        shown = []
        for element, fields in map(items_of, self.scope.names["views"]):
            if isinstance(element, Element) and element.node is not None and isinstance(fields, Obj):
                scope = self.realm.scope(Fields(self.realm, fields))
                shown.append(View(self.browser, ANGULAR).inside(element.node, scope))
        return "".join(shown)


def _parameters(function: Any) -> list[Any]:
    """Return the names of a function's parameters."""
    found = PARAMETERS.match(text_of(function.node)) if isinstance(function, Function) else None
    return [name.strip() for name in found[1].split(",") if name.strip()] if found else []
