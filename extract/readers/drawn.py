"""A page of a PDF as pdfminer lays it out, but for what is not drawn: text without ink and layers that are switched off.
Of what is cut off at an edge ("clipped") it is told where that edge is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from pdfminer.layout import LTChar, LTFigure
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import PSLiteral, literal_name
from pdfminer.utils import apply_matrix_pt
from pdfplumber.page import PDFPageAggregatorWithMarkedContent

# Whether content is shown that several layers decide on, by the document's policy: from which of them are off.
_SHOWN: Mapping[str, Callable[[Sequence[bool]], bool]] = {
    "AnyOn": lambda off: not all(off),
    "AllOn": lambda off: not any(off),
    "AnyOff": any,
    "AllOff": all,
}
_CLEAR = 0.02  # opacity of text that nobody sees
_FAINT = 0.98  # opacity from which text is as dark as its colour
_CROSSING = 0.4  # points by which a character reaches over an edge: edges are rounded to pixels
_OVER = 3.0  # points by which a rule does
_BEARING = 0.15  # type sizes from where a digit begins to its ink: browsers write none whose ink lies behind the edge
_LEAST_CUT = 3  # rules that end at one edge, where a table is cut off
_INSET = 3.0  # points from an edge at which text is cut off to where the cell surely is whose edge it is
_INKLESS = {3, 7}  # modes of rendering in which text leaves no ink: what programs of scanners write under pictures


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is shown of a page: its width and height, and by their places in `page.chars`

    - of characters that are cut off, how far they lie from where they would be seen, to the right and downwards;
    - of digits those that the right edge of what is seen cuts: browsers do not write what would stand behind;
    - the opacity of those through which one sees.

    `edge` is the x at which tables are cut off.
    """

    width: float
    height: float
    cut_off: Mapping[int, tuple[float, float]]
    broken: frozenset[int]
    opacity: Mapping[int, float]
    edge: float


def lay_out(page: Any) -> Drawn:
    """Have a page of pdfplumber laid out, with x and y from the corner of what is shown of it."""
    device = _Device(page.pdf.rsrcmgr, pageno=page.page_number, laparams=page.pdf.laparams)
    device.layers_off = _layers_off(page.pdf.doc.catalog)
    _Interpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()
    left, top = (float(max(edges)) for edges in zip(page.cropbox[:2], page.mediabox[:2], strict=True))
    right, bottom = (float(min(edges)) for edges in zip(page.cropbox[2:], page.mediabox[2:], strict=True))
    if (left, top) != (0.0, 0.0):
        for item in chain.from_iterable(page.objects.values()):
            item |= {"x0": item["x0"] - left, "x1": item["x1"] - left}
            item |= {"top": item["top"] - top, "bottom": item["bottom"] - top}
            if "pts" in item:
                item["pts"] = [(x - left, y - top) for x, y in item["pts"]]
    edge = next((x for x, count in device.edges.most_common(1) if count >= _LEAST_CUT), float("inf"))
    chars = [item for item in items_of(page._layout) if isinstance(item, LTChar)]
    cut_off = {at: device.cut_off[id(char)] for at, char in enumerate(chars) if id(char) in device.cut_off}
    faint = {at: device.faint[id(char)] for at, char in enumerate(chars) if id(char) in device.faint}
    broken = {
        at
        for at, char in enumerate(chars)
        if (id(char) in device.crossing or char.x1 > edge - _BEARING * char.size) and char.get_text().isdecimal()
    }
    return Drawn(right - left, bottom - top, cut_off, frozenset(broken), faint, edge - left)


def items_of(layout: Any) -> Iterator[Any]:
    """Yield what is drawn on a page, in this order, the contents of forms among it."""
    for item in layout:
        if isinstance(item, LTFigure):
            yield from items_of(item)
        else:
            yield item


def _layers_off(catalog: Mapping[str, Any]) -> frozenset[int]:
    """The numbers of the objects that are layers ("optional content groups") which the document begins without."""
    properties = mapping_of(catalog.get("OCProperties"))
    default = mapping_of(properties.get("D"))
    off = set(_numbers(default.get("OFF")))
    if getattr(resolve1(default.get("BaseState")), "name", "") == "OFF":
        off |= {*_numbers(properties.get("OCGs"))} - {*_numbers(default.get("ON"))}
    return frozenset(off)


def _numbers(references: Any) -> list[int]:
    found = resolve1(references)
    return [one.objid for one in found if isinstance(one, PDFObjRef)] if isinstance(found, list) else []


def mapping_of(value: Any) -> Mapping[str, Any]:
    """Return the dictionary that a value of a PDF is or refers to; an empty one where it is none."""
    found = resolve1(value)
    return found if isinstance(found, Mapping) else {}


_Area = tuple[float, float, float, float]  # left, bottom, right, top as PDF has them: upwards
_EVERYWHERE = (float("-inf"), float("-inf"), float("inf"), float("inf"))


def _nearest(x: float, start: float, end: float) -> float:
    """The nearest place well within two edges: the edges are those of the next cell, too."""
    inset = min(_INSET, (end - start) / 2)
    return min(max(x, start + inset), end - inset)


class _Device(PDFPageAggregatorWithMarkedContent):
    """Leaves out what is not drawn."""

    layers_off: frozenset[int] = frozenset()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.hiding: list[bool] = []  # of each open sequence of marked content, whether its layer is off
        self.clip: _Area = _EVERYWHERE
        self.opacity = 1.0  # of what text is filled with
        # By the id of a character, what `Drawn` has by its place; by its x, how many rules an edge cuts.
        self.cut_off: dict[int, tuple[float, float]] = {}
        self.crossing: set[int] = set()
        self.faint: dict[int, float] = {}
        self.edges: Counter[float] = Counter()

    def is_off(self, group: Any) -> bool:
        """Whether a layer, or what a set of layers decides on ("membership"), is not shown."""
        if isinstance(group, PDFObjRef) and group.objid in self.layers_off:
            return True
        membership = mapping_of(group)
        members = membership.get("OCGs")
        listed = members if isinstance(resolve1(members), Mapping) else resolve1(members)
        off = [number in self.layers_off for number in _numbers(listed if isinstance(listed, list) else [listed])]
        shown = _SHOWN.get(getattr(membership.get("P"), "name", ""), _SHOWN["AnyOn"])
        return bool(off) and not shown(off)

    def render_string(self, textstate: Any, *others: Any) -> None:
        before = len(self.cur_item._objs)
        super().render_string(textstate, *others)
        if textstate.render in _INKLESS or self.opacity < _CLEAR or any(self.hiding):
            del self.cur_item._objs[before:]
        left, bottom, right, top = self.clip
        for char in (item for item in self.cur_item._objs[before:] if isinstance(item, LTChar)):
            x, y = (char.x0 + char.x1) / 2, (char.y0 + char.y1) / 2
            if char.upright:  # the line on which it stands tells its middle better than what its font says
                y = min(max(char.matrix[5] + 0.35 * char.size, char.y0), char.y1)
            if not (left <= x <= right and bottom <= y <= top):
                seen = _nearest(x, left, right), _nearest(y, bottom, top)
                self.cut_off[id(char)] = x - seen[0], seen[1] - y
            if char.upright and char.x1 > right + _CROSSING:
                self.crossing.add(id(char))
            if self.opacity < _FAINT:
                self.faint[id(char)] = self.opacity

    def paint_path(self, *arguments: Any, **options: Any) -> None:
        if any(self.hiding):
            return
        before = len(self.cur_item._objs)
        super().paint_path(*arguments, **options)
        _, bottom, right, top = self.clip
        self.edges.update(
            round(right, 1)
            for path in self.cur_item._objs[before:]
            if path.x0 + _OVER < right < path.x1 - _OVER and path.height < _OVER and bottom <= path.y0 <= top
        )

    def render_image(self, *arguments: Any, **options: Any) -> None:
        if not any(self.hiding):
            super().render_image(*arguments, **options)


class _Interpreter(PDFPageInterpreter):
    """Tells its device of layers (of marked content, forms, pictures), of opacity, and of the area that is drawn on."""

    device: _Device

    def get_current_state(self) -> Any:
        return super().get_current_state(), self.device.clip, self.device.opacity

    def set_current_state(self, state: Any) -> None:
        drawn, self.device.clip, self.device.opacity = state
        super().set_current_state(drawn)

    def do_gs(self, name: Any) -> None:
        super().do_gs(name)
        opacity = resolve1(mapping_of(mapping_of(self.resources.get("ExtGState")).get(literal_name(name))).get("ca"))
        if isinstance(opacity, int | float):
            self.device.opacity = opacity

    def do_W(self) -> None:  # noqa: N802
        """Narrow the area to the box around the path: what lies outside of it is not drawn, whatever form the path has."""
        super().do_W()
        points = [step[at : at + 2] for step in self.curpath for at in range(1, len(step), 2)]
        if points:
            xs, ys = zip(*(apply_matrix_pt(self.ctm, (float(x), float(y))) for x, y in points), strict=True)
            left, bottom, right, top = self.device.clip
            narrow = max(left, min(xs)), max(bottom, min(ys)), min(right, max(xs)), min(top, max(ys))
            if narrow[0] < narrow[2] and narrow[1] < narrow[3]:
                self.device.clip = narrow

    do_W_a = do_W  # noqa: N815

    def do_BMC(self, tag: Any) -> None:  # noqa: N802
        super().do_BMC(tag)
        self.device.hiding.append(False)

    def do_BDC(self, tag: Any, props: Any) -> None:  # noqa: N802
        super().do_BDC(tag, props)
        layers = mapping_of(self.resources.get("Properties")) if isinstance(props, PSLiteral) else {}
        group = layers.get(literal_name(props)) if layers else None
        self.device.hiding.append(literal_name(tag) == "OC" and self.device.is_off(group))

    def do_EMC(self) -> None:  # noqa: N802
        super().do_EMC()
        if self.device.hiding:
            self.device.hiding.pop()

    def do_Do(self, xobjid_arg: Any) -> None:  # noqa: N802
        drawn = resolve1(self.xobjmap.get(literal_name(xobjid_arg)))
        if not (isinstance(drawn, PDFStream) and self.device.is_off(drawn.get("OC"))):
            state = self.device.clip, self.device.opacity
            super().do_Do(xobjid_arg)
            self.device.clip, self.device.opacity = state
