"""What pages keep beside their components, where the library that would keep it is not read: the stores of Vuex and
Pinia; and the elements of Alpine.js and petite-vue, whose attributes state what they keep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.js.language import Accessor, Function, Realm, Scope, member
from crawler.js.syntax import compiled
from crawler.js.values import UNDEFINED, Obj
from crawler.js.vue import Fields

if TYPE_CHECKING:
    from crawler.js.browser import Browser

KEEPING = "[x-data], [v-scope]"
MOST_KEEPING = 20  # elements of a page
BEGINNING = ("x-init", "@vue:mounted", "@mounted")  # attributes of what is done when the element is there
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
const PetiteVue = {
  reactive: one => one,
  createApp: root => {
    const app = {mount: () => app, directive: () => app, use: () => app};
    PetiteVue.root = root;
    return app;
  },
};
"""
NAMES = ("Vuex", "Pinia", "Alpine", "PetiteVue")


def names(realm: Realm) -> dict[str, Any]:
    """Return the names of these libraries."""
    scope, made = Scope(realm, {}, Scope(realm, realm.globals)), dict(realm.made)
    with realm.lasting():
        realm.guarded(compiled(STORES), scope)
    realm.made = made  # what the page does not call there is no concern of its
    return scope.names


def show_keeping(browser: Browser) -> None:
    """Show each element of a page that states what it keeps as a component of its own, and do what it begins with."""
    realm = browser.realm
    root = member(realm, realm.globals.get("PetiteVue", Obj()), "root")
    root = root if isinstance(root, Obj) else Obj()
    for element in browser.select(KEEPING)[:MOST_KEEPING]:
        code = element.attributes.get("x-data", element.attributes.get("v-scope", ""))
        told = realm.guarded(compiled(f"({code or '{}'}\n)"), _scope(realm, root))
        told = realm.call(told, UNDEFINED, []) if isinstance(told, Function) else told
        made = browser.vue.add(_as_component(root | told if isinstance(told, Obj) else root), element)
        for beginning in (element, *element.all("*")):
            for code in filter(None, map(beginning.attributes.get, BEGINNING)):
                realm.guarded(compiled(code), _scope(realm, made))


def _scope(realm: Realm, names: Obj) -> Scope:
    scope = Scope(realm, Fields(realm, names), Scope(realm, realm.globals))
    scope.this = names
    return scope


def _as_component(told: Obj) -> Obj:
    """Return what an element keeps as the options of a component of Vue: its functions are methods."""
    methods = Obj({name: value for name, value in told.items() if isinstance(value, Function)})
    computed = Obj({name: value.get for name, value in told.items() if isinstance(value, Accessor)})
    data = Obj({name: value for name, value in told.items() if name not in methods and name not in computed})
    return Obj(data=data, methods=methods, computed=computed, created=told.get("init", UNDEFINED))
