"""What pages keep beside their components, where the library that would keep it is not read: the stores of Vuex and
Pinia; and the elements of Alpine.js and petite-vue, whose attributes state what they keep.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from crawler.js.language import Accessor, Function, Scope, member
from crawler.js.methods import argument
from crawler.js.promises import Promise
from crawler.js.syntax import compiled
from crawler.js.values import UNDEFINED, UNKNOWN, Obj, string, truth, unheeded
from crawler.js.vue import Fields, Vue
from crawler.js.watches import Ref

if TYPE_CHECKING:
    from crawler.js.browser import Browser

KEEPING = "[x-data], [v-scope]"
MOST_KEEPING = 20  # elements of a page
BEGINNING = ("x-init", "@vue:mounted", "@mounted")  # attributes of what is done when the element is there
OF_VUEX = {"mapState": "state", "mapGetters": "getters", "mapMutations": "mutations", "mapActions": "actions"}


class Stores:
    """The stores of a page; `vue` makes what they hold."""

    def __init__(self, vue: Vue) -> None:
        self.vue, self.realm = vue, vue.realm
        self.known: dict[tuple[str, str], tuple[Any, Obj]] = {}  # mutations and actions, each with its module's context

    def names(self) -> dict[str, Any]:
        """Return the names of Vuex and Pinia."""
        vuex = Obj({name: partial(self._mapped, kind) for name, kind in OF_VUEX.items()}, Store=self._store)
        pinia = Obj(createPinia=unheeded, defineStore=self._defined, storeToRefs=self._refs)
        return {"Vuex": vuex, "Pinia": pinia}

    def _store(self, _: Any, given: list[Any]) -> Obj:
        """`new Vuex.Store(…)`."""
        told = argument(given, 0, Obj())
        store = Obj(
            getters=Obj(), commit=partial(self._act, "mutations", ""), dispatch=partial(self._act, "actions", "")
        )
        store["state"] = self._module(store, told, "")
        self.vue.shared["$store"] = store
        return store

    def _module(self, store: Obj, told: Obj, prefix: str) -> Obj:
        """Take what a module of a store can do; return its state."""
        state = told.get("state", UNDEFINED)
        state = self.realm.call(state, UNDEFINED, []) if isinstance(state, Function) else state
        state = state if isinstance(state, Obj) else Obj()
        context = Obj(store, state=state) | {
            "commit": partial(self._act, "mutations", prefix), "dispatch": partial(self._act, "actions", prefix),
        }  # fmt: skip
        for kind in ("mutations", "actions"):
            self.known |= {(kind, prefix + name): (act, context) for name, act in told.get(kind, Obj()).items()}
        for name, getter in told.get("getters", Obj()).items():
            read = partial(self.realm.call, getter, UNDEFINED, [state, store["getters"]])
            store["getters"][prefix + name] = Accessor(get=lambda _, __, read=read: read())
        for name, module in told.get("modules", Obj()).items():
            inner = f"{prefix}{name}/" if truth(module.get("namespaced", False)) else prefix
            state[name] = self._module(store, module, inner)
        return state

    def _act(self, kind: str, prefix: str, _: Any, given: list[Any]) -> Any:
        """`commit(name, …)`, `dispatch(name, …)`: of the module at hand, or of the whole store."""
        name = string(argument(given, 0))
        act, context = self.known.get((kind, prefix + name)) or self.known.get((kind, name), (UNKNOWN, Obj()))
        first = context if kind == "actions" else context.get("state")
        made = self.realm.call(act, UNDEFINED, [first, *given[1:]])
        return made if kind != "actions" or isinstance(made, Promise) else Promise(self.realm).keep(made)

    def _mapped(self, kind: str, _: Any, given: list[Any]) -> Obj:
        """`mapState(names)` and its like, of a module where that is named first."""
        prefix, named = f"{given[0]}/" if len(given) > 1 else "", argument(given, -1, Obj())
        pairs = named.items() if isinstance(named, Obj) else ((string(name), name) for name in named)
        return Obj({name: partial(self._reached, kind, prefix, what) for name, what in pairs})

    def _reached(self, kind: str, prefix: str, what: Any, this: Any, given: list[Any]) -> Any:
        store = self.vue.shared.get("$store", Obj())
        if kind in ("mutations", "actions"):
            return self._act(kind, "", this, [prefix + string(what), *given])
        if kind == "getters":
            return member(self.realm, store.get("getters"), prefix + string(what))
        state = store.get("state")
        for name in prefix.split("/")[:-1]:
            state = member(self.realm, state, name)
        is_read = isinstance(what, Function)
        return self.realm.call(what, this, [state]) if is_read else member(self.realm, state, string(what))

    def _defined(self, _: Any, given: list[Any]) -> Any:
        """`defineStore(…)` of Pinia: what it gives is called for the store."""
        told, made = argument(given, -1), list[Obj]()

        def use(*_: Any) -> Obj:
            if not made:
                parts = {"data": "state", "computed": "getters", "methods": "actions"}
                own = (
                    Obj({name: told[part] for name, part in parts.items() if part in told})
                    if isinstance(told, Obj)
                    else 0
                )
                made.append(self.vue.instance(own or Obj(setup=told), Obj()))
                for name, ref in list(made[0].items()):
                    if isinstance(ref, Ref):
                        made[0][name] = Accessor(
                            get=lambda _, __, ref=ref: ref.value, put=lambda _, to, ref=ref: ref.put("value", to[0])
                        )
            return made[0]

        return use

    def _refs(self, _: Any, given: list[Any]) -> Obj:
        """`storeToRefs(store)`."""
        store = argument(given, 0, Obj())
        names = [name for name, value in store.items() if name[:1] not in "$_" and not isinstance(value, Function)]
        return Obj(
            {name: Ref(self.realm, read=lambda _, __, name=name: member(self.realm, store, name)) for name in names}
        )


class Keepers:
    """The elements of a page that state what they keep."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.realm = browser, browser.realm
        self.root = Obj()  # of an application of petite-vue

    def names(self) -> dict[str, Any]:
        """Return the names of Alpine.js and petite-vue."""
        return {
            "Alpine": Obj(data=self._named, store=self._stored, start=unheeded, plugin=unheeded),
            "PetiteVue": Obj(createApp=self._app, reactive=lambda _, given: argument(given, 0)),
        }

    def _named(self, _: Any, given: list[Any]) -> Any:
        self.realm.globals[string(argument(given, 0))] = argument(given, 1)
        return UNDEFINED

    def _stored(self, _: Any, given: list[Any]) -> Any:
        shared = self.browser.vue.shared.setdefault("$store", Obj())
        if len(given) > 1:
            shared[string(given[0])] = given[1]
        return shared.get(string(argument(given, 0)), UNKNOWN)

    def _app(self, _: Any, given: list[Any]) -> Obj:
        self.root = given[0] if given and isinstance(given[0], Obj) else Obj()
        app = Obj()
        app |= dict.fromkeys(("mount", "directive", "use"), lambda *_: app)
        return app

    def start(self) -> None:
        """Show each such element as a component of its own, and do what it begins with."""
        for element in self.browser.select(KEEPING)[:MOST_KEEPING]:
            code = element.attributes.get("x-data", element.attributes.get("v-scope", ""))
            told = self.realm.guarded(compiled(f"({code or '{}'}\n)"), self._scope(self.root))
            told = self.realm.call(told, UNDEFINED, []) if isinstance(told, Function) else told
            made = self.browser.vue.add(
                _as_component(self.root | told if isinstance(told, Obj) else self.root), element
            )
            scope = self._scope(made)
            for beginning in (element, *element.all("*")):
                for name in BEGINNING:
                    if code := beginning.attributes.get(name, ""):
                        self.realm.guarded(compiled(code), scope)

    def _scope(self, names: Obj) -> Scope:
        scope = Scope(self.realm, Fields(self.realm, names), Scope(self.realm, self.realm.globals))
        scope.this = names
        return scope


def _as_component(told: Obj) -> Obj:
    """Return what an element keeps as the options of a component of Vue: its functions are methods."""
    methods = Obj({name: value for name, value in told.items() if isinstance(value, Function)})
    computed = Obj({name: value.get for name, value in told.items() if isinstance(value, Accessor)})
    data = Obj({name: value for name, value in told.items() if name not in methods and name not in computed})
    return Obj(data=data, methods=methods, computed=computed, created=told.get("init", UNDEFINED))
