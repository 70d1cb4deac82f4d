"""What pages keep beside their components, where the library that would keep it is not read: the stores of Vuex and
Pinia; and the elements of Alpine.js and avalon, whose attributes state what they keep. Prototype.js, too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from crawler.js.language import Function, Realm
from crawler.js.methods import argument
from crawler.js.syntax import compiled
from crawler.js.values import UNDEFINED, Obj, fields_of, string, unheeded
from crawler.js.vue import Fields, component_of

if TYPE_CHECKING:
    from crawler.js.browser import Browser

KEEPING = "[x-data]"
MOST_KEEPING = 20  # elements of a page
# These libraries in the language that they are written in: their own files want a Vue, or a page, that answers.
STORES = """
const Vuex = (() => {
  let store;
  const known = {};
  const act = (kind, at) => (name, ...given) => {
    const [run, context] = known[kind + at + name] || known[kind + name] || [() => {}, {}];
    return kind == 'actions' ? Promise.resolve(run(context, ...given)) : run(context.state, ...given);
  };
  const take = (told, at) => {  // what a module can do; gives its state
    const state = typeof told.state == 'function' ? told.state() : told.state || {};
    const context = {...store, state, commit: act('mutations', at), dispatch: act('actions', at)};
    for (const kind of ['mutations', 'actions'])
      for (const name in told[kind]) known[kind + at + name] = [told[kind][name], context];
    for (const name in told.getters)
      Object.defineProperty(store.getters, at + name, {get: () => told.getters[name](state, store.getters)});
    for (const name in told.modules)
      state[name] = take(told.modules[name], told.modules[name].namespaced ? at + name + '/' : at);
    return state;
  };
  const mapped = reach => (...given) => {  // the names, before them that of a module
    const told = given.pop(), at = given.length ? given[0] + '/' : '', made = {};
    for (const [name, what] of Array.isArray(told) ? told.map(one => [one, one]) : Object.entries(told))
      made[name] = (...more) => reach(at, what, more);
    return made;
  };
  const within = at => at.split('/').slice(0, -1).reduce((state, name) => state[name], store.state);
  function Store(told) {
    store = Object.assign(this, {getters: {}, commit: act('mutations', ''), dispatch: act('actions', '')});
    store.state = take(told, '');
    Vue.prototype.$store = store;
  }
  return {
    Store,
    mapState: mapped((at, what) => typeof what == 'function' ? what(within(at)) : within(at)[what]),
    mapGetters: mapped((at, what) => store.getters[at + what]),
    mapMutations: mapped((at, what, given) => store.commit(at + what, ...given)),
    mapActions: mapped((at, what, given) => store.dispatch(at + what, ...given)),
  };
})();
const Pinia = {
  createPinia: () => ({}),
  defineStore: (...given) => {
    const told = given.pop(), store = {};
    const make = () => {
      const own = typeof told == 'function' ? told() : told.state ? told.state() : {};
      for (const name in own)
        Object.defineProperty(store, name, Vue.unref(own[name]) === own[name]
          ? {value: own[name]} : {get: () => own[name].value, set: value => { own[name].value = value }});
      for (const name in told.getters)
        Object.defineProperty(store, name, {get: () => told.getters[name].call(store, store)});
      for (const name in told.actions) store[name] = told.actions[name].bind(store);
      return store;
    };
    let made;
    return () => made || (made = make());
  },
  storeToRefs: store => {
    const names = Object.keys(store).filter(name => typeof store[name] != 'function');
    return Object.fromEntries(names.map(name => [name, Vue.computed(() => store[name])]));
  },
};
const Alpine = {
  data: (name, make) => { window[name] = make },
  store: (name, kept) => {
    Vue.prototype.$store = {[name]: kept, ...Vue.prototype.$store};
    return Vue.prototype.$store[name];
  },
  start: () => {}, plugin: () => {},
};
"""
PROTOTYPE = """
const Ajax = {
  Request: function (url, told = {}) {
    const sent = {url, type: told.method || 'post', data: told.parameters || told.postBody, dataType: 'text'};
    jQuery.ajax({...sent, success: responseText => {
      const got = {responseText, status: 200, responseJSON: responseText.evalJSON()};
      for (const act of [told.onSuccess, told.onComplete]) if (act) act(got, got.responseJSON);
    }});
  },
  Updater: function (place, url, told = {}) {
    const show = got => {
      $(place.success || place).update(got.responseText);
      if (told.onSuccess) told.onSuccess(got);
    };
    Ajax.Request(url, {...told, onSuccess: show});
  },
};
function Template(text) {
  this.evaluate = told => text.replace(/#\\{(\\w+)\\}/g, (whole, name) => told[name]);
}
const $$ = selector => Array.from(document.querySelectorAll(selector));
$ = place => typeof place == 'string' ? document.getElementById(place) : place;
String.prototype.evalJSON = function () { return JSON.parse(this) };
Array.prototype.each = Array.prototype.forEach;
Array.prototype.collect = Array.prototype.map;
const Event = {observe: (element, name, act) => $(element).observe(name, act), stop: () => {}};
"""
OWN = re.compile(r"\bms-(?:attr-)?([a-z]+)=\"([^\"]*)\"")  # avalon's directives; those of lists name the item
ITEM = re.compile(r"\bms-(?:repeat|each)(?:-(\w+))?=\"([^\"]*)\"")
AS_VUE = {"click": "@click", "visible": "v-if", "if": "v-if", "text": "v-text", "html": "v-html", "for": "v-for"}
NAMES = dict.fromkeys(("Vuex", "Pinia", "Alpine"), STORES) | dict.fromkeys(("Ajax", "Template", "$$"), PROTOTYPE)


def names(realm: Realm, library: str) -> dict[str, Any]:
    """Return the names that a library gives."""
    scope, made = realm.scope({}), dict(realm.made)
    with realm.lasting():
        realm.guarded(compiled(library), scope)
    realm.made = made  # what the page does not call there is no concern of its
    return scope.names


def avalon(browser: Browser) -> Obj:
    """Return avalon's name: what `avalon.define({$id, …})` keeps is shown as a component of Vue, by the element of that
    controller with the directives as Vue writes them.
    """

    def define(_: Any, args: list[Any]) -> Obj:
        told = argument(args, 0, Obj())
        name = string(told.get("$id", "")) if isinstance(told, Obj) else ""
        element = browser.first(f'[ms-controller="{name}"], [\\:controller="{name}"]')
        template = element.node.html or "" if element is not None and element.node is not None else ""
        template = OWN.sub(_as_vue, ITEM.sub(lambda found: f'v-for="{found[1] or "el"} in {found[2]}"', template))
        return browser.vue.add(component_of(told) | {"template": template})

    return Obj(define=define, scan=unheeded, ready=browser.dollar)


def _as_vue(found: re.Match[str]) -> str:
    """Return one of avalon's directives as Vue writes it: words in braces are no expression."""
    name, value = found[1], found[2].removeprefix("@")
    return f'{AS_VUE.get(name, name if "{{" in value else f":{name}")}="{value}"'


def show_keeping(browser: Browser) -> None:
    """Show each element of a page that states what it keeps as a component of its own, and do what it begins with."""
    realm = browser.realm
    for element in browser.select(KEEPING)[:MOST_KEEPING]:
        code = element.attributes["x-data"] or "{}"
        told = realm.guarded(compiled(f"({code}\n)"), realm.scope(Fields(realm, Obj()), Obj()))
        told = realm.call(told, UNDEFINED, []) if isinstance(told, Function) else told
        made = browser.vue.add(component_of(fields_of(told)), element)
        for beginning in (element, *element.all("*")):
            if first := beginning.attributes.get("x-init"):
                realm.guarded(compiled(first), realm.scope(Fields(realm, made), made))
