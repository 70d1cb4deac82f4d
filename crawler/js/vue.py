"""Vue as far as pages use it, told from the shape of what they hand it: components made of options, their templates in
the page or as render functions, routes, and the composition functions of Vue 3.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from tree_sitter import Node

from crawler.js.elements import Element
from crawler.js.language import Accessor, Function, Realm, attempt, member, put
from crawler.js.methods import argument
from crawler.js.modules import Module
from crawler.js.objects import Callables
from crawler.js.promises import Promise
from crawler.js.react import is_element
from crawler.js.routes import SHOWING, Routes
from crawler.js.syntax import field, named, text_of
from crawler.js.templates import VUE, View, element_html, is_link, items_of_widget, offer_described
from crawler.js.values import (
    GAP,
    UNDEFINED,
    UNKNOWN,
    Obj,
    Symbol,
    entries_of,
    fields_of,
    items_of,
    names_of,
    string,
    unheeded,
)
from crawler.js.watches import Ref, Watches
from crawler.limits import tree_of

if TYPE_CHECKING:
    from crawler.js.browser import Browser

SHOWN = frozenset(("el", "render", "template", "router"))  # options of what is shown
MOST_INSTANCES = 80
MOST_RENDERED = 3  # times in a row
MOST_ROWS = 60  # of a widget
MOST_DEEP = 12  # components within each other
HOOKS = ("beforeCreate", "created", "beforeMount", "mounted", "activated")
COMPONENT = frozenset(
    ("data", "methods", "created", "mounted", "setup", "template", "render", "computed", "components")
)
PROPS = ("attrs", "props", "domProps")  # parts of what `h` is told of an element
COMPILED = "_self._c"  # in the source of a render function of Vue 2
DIRECTIVE = re.compile(r"\{\{|\s(?:[vx]-[a-z]|[:@][\w-]+=)")


class Fields(dict[str, Any]):
    """The fields of an instance as the names of its template."""

    def __init__(self, realm: Realm, instance: Obj) -> None:
        super().__init__()
        self.realm, self.instance = realm, instance

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.instance.find(name) is not UNDEFINED

    def __getitem__(self, name: str) -> Any:
        value = member(self.realm, self.instance, name)
        return value.value if isinstance(value, Ref) else value

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default  # noqa: SIM401 -- this is what it stands for

    def __setitem__(self, name: str, value: Any) -> None:
        known = self.instance.find(name)
        if isinstance(known, Ref):
            known.put("value", value)
        else:
            put(self.realm, self.instance, name, value)


class Vue:
    """What shows components in a browser."""

    realm: Realm
    routes: Routes

    def __init__(self, browser: Browser) -> None:
        self.browser, self.realm = browser, browser.realm
        self.components: dict[str, Any] = {}
        self.constructor: Function | None = None  # Vue's own
        self.shared = Obj()  # `Vue.prototype`, `app.config.globalProperties`
        self.shown: list[tuple[Obj, Any, Any]] = []  # roots: instance, its options, where
        self.count = 0
        self.later: list[Any] = []
        self.watches = Watches(self.realm)
        self.routes = browser.routes
        self.depth = 0
        self.above: Any = None  # the instance that is shown now
        self.counts: dict[tuple[int, int], int] = {}  # of the components that were met in it, by their kind
        self.parts: dict[Any, tuple[Obj, Any, Any]] = {}  # instances within others, each with what tells it from others
        self.rows: list[Any] = []  # of the widget around what is shown now

    # What pages call

    def names(self) -> dict[str, Any]:
        """Return Vue's names."""
        names: dict[str, Any] = {
            "createApp": lambda _, args: self._app(argument(args, 0)), "prototype": self.shared, "use": unheeded,
            "component": self._component, "extend": lambda _, args: argument(args, 0), "config": Obj(),
            "filter": unheeded, "directive": unheeded, "mixin": unheeded, "set": self._set, "observable": _first,
        }  # fmt: skip
        names |= {name: lambda _, args, act=act: act(self, args) for name, act in COMPOSITION.items()}
        of_router = {name: names[name] for name in ("useRoute", "useRouter")}
        of_router |= dict.fromkeys(("createWebHistory", "createWebHashHistory"), unheeded)
        of_router["createRouter"] = Callables(names["useRouter"], {})
        return {
            "Vue": Callables(lambda _, args: self.rooted(args), names),
            "PetiteVue": Obj(createApp=lambda _, args: self._app(component_of(argument(args, 0, Obj())))),
            "VueRouter": Callables(names["useRouter"], of_router),
        }

    def rooted(self, args: list[Any], constructor: Any = None) -> Obj:
        """Return the instance of `new Vue(…)`, where the script has Vue's own constructor."""
        options = argument(args, 0, Obj())
        if isinstance(constructor, Function) and is_constructor(constructor):
            self.shared.proto, self.constructor = constructor.fields["prototype"], constructor
        if not isinstance(options, Obj) or not SHOWN & options.keys():  # what keeps a store
            return self.instance(options, Obj())
        self.shared.update({"$store": options["store"]} if "store" in options else {})
        return self.add(options, options.get("el"))

    def component(self, tag: str) -> Any:
        """Return what the application has given a name as an element; None of other names."""
        if tag not in self.components and self.constructor is not None:
            known = member(self.realm, member(self.realm, self.constructor, "options"), "components")
            self.components |= {_dashed(name): value for name, value in fields_of(known).items()}
        return self.components.get(tag)

    def _app(self, options: Any) -> Obj:
        app = Obj()
        config = Obj(globalProperties=self.shared)

        def mount(_: Any, args: list[Any]) -> Any:
            self.add(options, argument(args, 0))
            return app

        same: Any = lambda _, __: app  # noqa: E731
        app |= {"use": same, "provide": same, "directive": same, "mixin": same, "mount": mount, "config": config}
        app["component"] = lambda _, args: (self._component(UNDEFINED, args), app)[1]
        return app

    def mounted(self, instance: Any, args: list[Any]) -> Any:
        """Do what `$mount(…)` does: say where a root is shown."""
        self.shown = [(one, options, argument(args, 0) if one is instance else at) for one, options, at in self.shown]
        return instance

    def _component(self, _: Any, args: list[Any]) -> Any:
        if isinstance(argument(args, 0), str) and len(args) > 1:
            self.components[_dashed(args[0])] = args[1]
        return argument(args, 1, UNKNOWN)

    def _set(self, _: Any, args: list[Any]) -> Any:
        put(self.realm, argument(args, 0), argument(args, 1), argument(args, 2))
        return argument(args, 2)

    # Instances

    def instance(self, options: Any, props: Obj, slots: Any = None) -> Obj:
        """Return an instance of a component, its hooks called."""
        own = self.resolved(options)
        made = Obj(proto=self.shared)
        self.count += 1
        if self.count > MOST_INSTANCES or not isinstance(own, Obj):
            return made
        quiet = {f"${name}": unheeded for name in ("on", "off", "once", "forceUpdate", "destroy")}
        made |= quiet | {
            "$watch": lambda _, args: self.watches.fields(made, Obj({string(argument(args, 0)): argument(args, 1)})),
            "$emit": partial(self._emit, props), "$set": self._set, "$router": self.routes.router, "$refs": UNKNOWN,
            "$el": UNKNOWN, "$options": own, "$props": props,
            "$mount": lambda this, args: self.mounted(this, args), "$nextTick": self._next, "_self": made,
            "$createElement": self._made, "$parent": UNKNOWN, "$root": UNKNOWN, "$attrs": Obj(),
            "$slots": slots if isinstance(slots, Obj) else Obj({"default": lambda _, __: slots} if slots else {}),
        }  # fmt: skip
        made["$route"] = Accessor(get=lambda _, __: self.routes.route)
        made |= {f"_{sign}": partial(act, self) for sign, act in COMPILED_HELPERS.items()}
        made |= {name: props.get(name, UNKNOWN) for name in names_of(_named(own.get("props")))} | props
        parts = [part for part in (*items_of(own.get("mixins", [])), own) if isinstance(part, Obj)]
        for part in parts:
            self._fill(made, part, props)
        for part in parts:
            self.watches.fields(made, part.get("watch"))
        for hook in HOOKS:
            for part in parts:
                self._attempt(part.get(hook), made)
        while self.later:
            self._attempt(self.later.pop(0), made)
        return made

    def _attempt(self, function: Any, this: Obj) -> None:
        """Call a hook, if it is one: its breaking off does not break off those behind it."""
        if isinstance(function, Function):
            attempt(function.scope, lambda _: self.realm.call(function, this, []))

    def _emit(self, props: Obj, _: Any, args: list[Any]) -> Any:
        """`$emit(event, …)`: what stands around the component hears of it."""
        event = re.sub(r"-(\w)", lambda sign: sign[1].upper(), string(argument(args, 0)))
        function = props.get(f"on{event[:1].upper()}{event[1:]}")
        return self.realm.call(function, UNDEFINED, args[1:]) if isinstance(function, Function) else UNDEFINED

    def _fill(self, made: Obj, own: Obj, props: Obj) -> None:
        realm = self.realm
        methods, computed = own.get("methods"), own.get("computed")
        for name in names_of(methods):
            function = methods[name]  # type: ignore[index]
            made[name] = function.bind(made, []) if isinstance(function, Function) else function
            realm.made.pop(function, None)
        for name in names_of(computed):
            told = computed[name]  # type: ignore[index]
            read = told.get("get", UNDEFINED) if isinstance(told, Obj) else told
            made[name] = Accessor(get=read, put=told.get("set", UNDEFINED) if isinstance(told, Obj) else UNDEFINED)
        data = own.get("data")
        fields = realm.call(data, made, [made]) if isinstance(data, Function) else data
        made.update(fields_of(fields))
        made["_data"] = fields
        if isinstance(setup := own.get("setup"), Function):
            context = Obj(emit=made.get("$emit"), attrs=props, slots=made["$slots"], expose=unheeded)
            handed, realm.handed = realm.handed, {}
            told = realm.call(setup, UNDEFINED, [made, context])
            # What a library that is followed was handed, and would have called once the component is there.
            self.later += [one for one in realm.handed if _is_within(one, setup)]
            realm.handed = handed
            if isinstance(told, Promise):
                told = told.value
            if isinstance(told, Obj):
                made.update(told)
            elif isinstance(told, Function):
                made["\x00render"] = told

    def resolved(self, options: Any) -> Any:
        """Return a component's options: of one that is loaded when it is needed, once it has come."""
        if isinstance(options, Function) and "options" in options.fields:
            return options.fields["options"]
        if isinstance(options, Function):  # which is called with what it may hand the component to, or gives it back
            handed = Promise(self.realm)
            returned = self.realm.call(options, UNDEFINED, [handed.keeper, handed.breaker])
            options = handed if _hands_over(options) else returned
        if isinstance(options, Promise):
            self.realm.follow()
            options = options.value
        if isinstance(options, Module):
            options = options.get("default")
        if isinstance(options, Obj) and isinstance(member(self.realm, options, "default"), Obj | Function):
            return self.resolved(member(self.realm, options, "default"))
        return options

    def _next(self, _: Any, args: list[Any]) -> Any:
        for function in args[:1]:
            if isinstance(function, Function):
                self.realm.call(function, UNDEFINED, [])
        return Promise(self.realm).keep(UNDEFINED)

    # Places

    def start(self) -> None:
        """Show what nothing has shown yet: the component of the page's own address, and those that stand alone."""
        if not self.browser.routes.start() and not self.shown:
            for options in [one for one in self.realm.telling if len(COMPONENT & one.keys()) > 1][:MOST_ALONE]:
                self.add(options)

    def add(self, options: Any, at: Any = None) -> Obj:
        """Show a component; return its instance."""
        made = self.instance(options, Obj())
        self.realm.keep(vars(self), "shown", [*self.shown, (made, options, at)])
        return made

    def show(self, route: Obj, params: Obj) -> None:
        """Show the component of a route: Vue's or React's, or what loads one."""
        component = next((route[name] for name in SHOWING if name in route), UNDEFINED)
        if isinstance(component, Obj) and "components" in route and "default" in component:
            component = component["default"]
        if isinstance(component, Function):
            self.realm.made.pop(component, None)
            component = self.resolved(component) if _hands_over(component) else component
        react = self.browser.react
        if isinstance(component, Function) and "options" not in component.fields:
            props = Obj({"match": Obj(params=params), "params": params, **params})
            made = react.called(component, props, "/")
            if isinstance(made, Promise):  # what loads the component
                made.when(lambda: self._show_made(made.value) if made.is_kept else None)
                self.realm.follow()
            else:
                self._show_made(react.made([component, props]) if is_element(made) else made)
        else:
            self._show_made(component)

    def _show_made(self, made: Any) -> None:
        """Show what a route's component has turned out to be."""
        react = self.browser.react
        if isinstance(made, Module | Obj) and not is_element(made):
            made = self.resolved(made)
        if isinstance(made, Function):
            made = react.made([made, Obj()])
        if isinstance(made, Obj) and not is_element(made):
            self.add(made)
        else:
            react.add(made)

    # What is shown

    def render(self) -> None:
        """Write what the roots show, once what their parts have asked for while they were made is there."""
        items, written = self.browser.items, ""
        for _ in range(MOST_RENDERED):
            self.browser.items = list(items)
            written = "".join(self.html_of(one, self.resolved(options), at, 0) for one, options, at in self.shown)
            if not self.realm.jobs:
                break
            self.realm.follow()
            self.watches.look()
        if written:
            self.browser.write(self.browser.document, written, more=True)

    def _part(self, own: Any, props: Obj, slots: Any) -> Obj:
        """Return the instance of a component within another one: the same one each time that this is shown."""
        kind = id(self.above), id(own)
        self.counts[kind] = self.counts.get(kind, 0) + 1
        place = *kind, self.counts[kind]
        known = self.parts.get(place)
        if known is None:
            known = self.instance(own, props, slots), own, self.above
            self.realm.keep(self.parts, place, known)  # type: ignore[arg-type]
        for name, value in props.items():
            self.realm.keep(known[0], name, value)
        known[0]["$slots"].update(fields_of(slots))
        return known[0]

    def html_of(self, instance: Obj, options: Any, at: Any, depth: int) -> str:
        """Return what an instance shows: by its render function, its template, or the page's own markup."""
        if not isinstance(options, Obj) or depth > MOST_DEEP:
            return ""
        above, counts = self.above, self.counts
        self.above, self.counts = instance, {}
        try:
            return self._html_of(instance, options, at, depth)
        finally:
            self.above, self.counts = above, counts

    def _html_of(self, instance: Obj, options: Obj, at: Any, depth: int) -> str:
        render = instance.get("\x00render", options.get("render", UNDEFINED))
        if render is UNDEFINED and not isinstance(options.get("template"), str):
            render = self._stray_render(options)
        if isinstance(render, Function):
            return self._rendered(render, instance, depth)
        template = self._template_of(options, at)
        view = View(self.browser, VUE, partial(self._own, options, depth))
        body = tree_of(f"<body>{template}</body>").body if template else None
        scope = self.realm.scope(Fields(self.realm, instance), instance)
        return view.inside(body, scope) if body is not None else ""

    def _rendered(self, render: Function, instance: Obj, depth: int) -> str:
        """Return what a render function gives: that of Vue 2 is given what makes elements, that of Vue 3 the instance,
        what it has kept, and the instance's parts.
        """
        before, self.depth = self.depth, depth
        is_third = "\x00render" in instance or len(_parameters(render)) > 1
        args = [instance, [], *[instance] * 4] if is_third else [self._made]
        made = attempt(render.scope, lambda _: self.realm.call(render, instance, args))
        self.depth = before
        return self._joined(made)

    def _template_of(self, options: Obj, at: Any) -> str:
        """Return a component's template: its own, that of an element which it names, or the markup of its place."""
        template = options.get("template")
        if isinstance(template, str) and template.startswith("#"):
            holder = self.browser.first(template)
            template = string(holder.get("innerHTML")) if holder is not None else ""
        if isinstance(template, str) and template:
            return template
        element = self.browser.first(at) if isinstance(at, str) else at
        node = element.node if isinstance(element, Element) else None
        markup = (node.html or "") if node is not None else ""
        return markup if DIRECTIVE.search(markup) else ""

    def _stray_render(self, options: Obj) -> Any:
        """Return the compiled template that stands beside a component's options, where what joins them is missing."""
        for function in self.realm.made:
            is_beside = function.scope is self.realm.homes.get(id(options))
            if is_beside and COMPILED in text_of(function.node)[:200]:
                options["render"] = function
                return function
        return UNDEFINED

    def _own(self, options: Obj, depth: int, tag: str, bound: dict[str, Any], inner: str) -> str | None:
        """Return what an element shows that is a component; None of an element of HTML."""
        if is_link(tag, bound) and self.component(tag) is None:
            return element_html(self.browser, tag, bound, inner)
        if tag == "router-view":
            return ""
        known = options.get("components")
        named = {_dashed(name): value for name, value in fields_of(known).items()}
        component = named.get(tag, self.component(tag))
        if component is None:
            return None
        own = self.resolved(component)
        return self.html_of(self._part(own, Obj(bound), inner), own, None, depth + 1)

    def _made(self, _: Any, args: list[Any]) -> Any:
        """`h(tag, data, children)`: the element as HTML."""
        data = argument(args, 1)
        fields = fields_of(data)
        props = {name: value for part in PROPS for name, value in fields_of(fields.get(part)).items()}
        props |= {name: value for name, value in fields.items() if name not in (*PROPS, "on")}
        heard = {**fields_of(fields.get("on")), **fields_of(fields.get("nativeOn"))}
        props |= {f"on{name[:1].upper()}{name[1:]}": act for name, act in heard.items()}
        children = [part for part in (args[2:] if isinstance(data, Obj) else args[1:]) if not isinstance(part, int)]
        return self.element(argument(args, 0), props, children)

    def element(self, kind: Any, props: dict[str, Any], children: Any) -> str:
        """Return an element, or a component in its place, as HTML."""
        if isinstance(kind, Obj | Function):
            own = self.resolved(kind)
            if isinstance(own, Obj) and not {"to", "href"} & props.keys():
                self.depth += 1
                made = self.html_of(self._part(own, Obj(props), children), own, None, self.depth)
                self.depth -= 1
                offer_described(self.browser, "div", props, made)
                return made or self._joined(children)
        rows, self.rows = self.rows, items_of_widget(props) or self.rows
        inner = self._joined(children)
        self.rows = rows
        if isinstance(kind, Symbol) and "to" not in props:  # a fragment
            return inner
        tag = _dashed(kind) if isinstance(kind, str) else "div"
        if self.component(tag) is not None and "to" not in props:
            return self._own(Obj(), self.depth, tag, props, inner) or ""
        return element_html(self.browser, tag, props, inner)

    def _joined(self, value: Any) -> str:
        """Return what is shown by pieces that may stand in lists, and by the nodes of Vue 3."""
        if isinstance(value, list):
            return "".join(map(self._joined, value[:2000]))
        if isinstance(value, Obj) and "__v_isVNode" in value:
            return self.element(value.get("type"), fields_of(value.get("props")), value.get("children"))
        if isinstance(value, Obj):
            return "".join(self._slot(slot) for slot in value.values() if isinstance(slot, Function))
        if isinstance(value, bool) or not isinstance(value, str | int | float) or value == GAP:
            return ""
        return string(value)

    def _slot(self, slot: Function) -> str:
        """Return what a slot shows: one that takes a row once for each of the widget around it."""
        rows = self.rows[:MOST_ROWS] if _parameters(slot) else []
        told = [[Obj({"row": row, "item": row, "record": row, "$index": place})] for place, row in enumerate(rows)]
        return "".join(self._joined(self.realm.call(slot, UNDEFINED, args)) for args in told or [[Obj()]])


def component_of(told: Obj) -> Obj:
    """Return what an element of Alpine.js or petite-vue keeps as a component's options: its functions are methods."""
    methods = Obj({name: value for name, value in told.items() if isinstance(value, Function)})
    computed = Obj({name: value.get for name, value in told.items() if isinstance(value, Accessor)})
    data = Obj({name: value for name, value in told.items() if name not in methods and name not in computed})
    return Obj(data=data, methods=methods, computed=computed, created=told.get("init", UNDEFINED))


def is_constructor(function: Function) -> bool:
    """Say whether a function is Vue's own constructor, by the names of its methods."""
    prototype = function.fields.get("prototype")
    return isinstance(prototype, Obj) and prototype.keys() >= {"_init", "_render", "$mount"}


def is_root(options: Any, function: Any) -> bool:
    """Say whether this is what `new Vue(…)` is given, by its shape."""
    if isinstance(function, Function) and is_constructor(function):
        return True
    if not isinstance(options, Obj) or "_isComponent" in options or "parent" in options:
        return False
    own = COMPONENT & options.keys()
    return ("el" in options and bool(own)) or ("render" in options and (len(options) < 3 or "router" in options))


def _listed(vue: Vue, _: Any, args: list[Any]) -> str:
    """`_l(list, function)`: what is shown for each of a list."""
    value, function = argument(args, 0), argument(args, 1)
    pairs = entries_of(value)
    if isinstance(value, int) and not isinstance(value, bool):
        pairs = [(place, place + 1) for place in range(min(value, 200))]
    return "".join(_text(vue, vue.realm.call(function, UNDEFINED, [item, name, name])) for name, item in pairs[:400])


def _text(vue: Vue, value: Any) -> str:
    return vue._joined(value)


def _slot(vue: Vue, this: Any, args: list[Any]) -> str:
    slots = member(vue.realm, this, "$slots")
    own = slots.get(string(argument(args, 0))) if isinstance(slots, Obj) else None
    shown = own if own is not None else argument(args, 1, "")
    return _text(
        vue, vue.realm.call(shown, UNDEFINED, args[2:3]) if isinstance(shown, Function) or callable(shown) else shown
    )


# What compiled templates of Vue 2 call on their instance: `_c` makes an element, `_l` a list, `_v` a text.
COMPILED_HELPERS: dict[str, Any] = {
    "c": Vue._made, "l": _listed, "v": lambda _, __, args: html.escape(string(argument(args, 0, ""))),
    "s": lambda _, __, args: "" if argument(args, 0) in (None, UNDEFINED) else string(args[0]), "e": lambda *_: "",
    "m": lambda *_: "", "f": lambda *_: lambda ___, values: argument(values, 0), "t": _slot,
    "b": lambda _, __, args: argument(args, 0), "g": lambda _, __, args: argument(args, 0),
    "u": lambda *_: UNDEFINED, "q": lambda *_: False, "i": lambda *_: -1, "k": lambda *_: False,
    "n": lambda _, __, args: argument(args, 0), "o": lambda _, __, args: argument(args, 0),
}  # fmt: skip


def _put_off(vue: Vue, args: list[Any]) -> Any:
    vue.later += [value for value in args if isinstance(value, Function)]
    return UNDEFINED


def _watch(vue: Vue, args: list[Any]) -> Any:
    vue.watches.source(argument(args, 0), argument(args, 1), argument(args, 2))
    return UNDEFINED


def _computed(vue: Vue, args: list[Any]) -> Ref:
    read = argument(args, 0)
    return Ref(vue.realm, read=member(vue.realm, read, "get") if isinstance(read, Obj) else read)


def _refs(vue: Vue, args: list[Any]) -> Any:
    fields = argument(args, 0)
    return Obj({name: Ref(vue.realm, fields[name]) for name in fields}) if isinstance(fields, Obj) else fields


def _unref(_: Vue, args: list[Any]) -> Any:
    value = argument(args, 0)
    return value.value if isinstance(value, Ref) else value


def _first(_: Any, args: list[Any]) -> Any:
    return argument(args, 0)


# The composition functions of Vue 3 and its router.
COMPOSITION: dict[str, Callable[[Vue, list[Any]], Any]] = {
    **dict.fromkeys(("onMounted", "onBeforeMount", "onActivated", "onCreated", "nextTick", "watchEffect"), _put_off),
    **dict.fromkeys(("reactive", "readonly", "shallowReactive", "markRaw", "toRaw", "defineComponent"), _first),
    **dict.fromkeys(("onUnmounted", "onBeforeUnmount", "provide", "inject"), lambda *_: UNDEFINED),
    **dict.fromkeys(("defineProps", "defineEmits"), lambda *_: UNDEFINED),
    **dict.fromkeys(("ref", "shallowRef"), lambda vue, args: Ref(vue.realm, argument(args, 0))),
    **dict.fromkeys(("h", "createElement"), lambda vue, args: vue._made(UNDEFINED, args)),
    "computed": _computed, "toRefs": _refs, "unref": _unref, "watch": _watch,
    "useRoute": lambda vue, _: vue.routes.route, "useRouter": lambda vue, _: vue.routes.router,
}  # fmt: skip
MOST_ALONE = 3  # components that nothing shows


def _is_within(function: Function, setup: Function) -> bool:
    """Say whether a function without parameters stands in another one."""
    node = function.node
    while node is not None and node != setup.node:
        node = node.parent
    return node is not None and not _parameters(function)


def _parameters(function: Function) -> list[Node]:
    """Return what a function is declared to take."""
    single = field(function.node, "parameter")
    return [single] if single is not None else named(field(function.node, "parameters"))


def _hands_over(function: Function) -> bool:
    """Say whether a function calls what it is given: what loads a component, and hands it over."""
    name = text_of(parameters[0]) if (parameters := _parameters(function)) else ""
    text = text_of(function.node) if name.isidentifier() else ""
    return re.search(rf"\b{name}(?:\(|\.apply\()|\bthen\({name}\)", text) is not None if text else False


def _named(value: Any) -> Any:
    """Return properties that are listed by name as those that are described."""
    return Obj({string(name): UNKNOWN for name in value}) if isinstance(value, list) else value


def _dashed(name: str) -> str:
    """Return a component's name as an element's."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
