"""A page of a PDF as pdfminer lays it out, but for what is not drawn: text without ink and layers that are switched off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import PSLiteral, literal_name
from pdfplumber.page import PDFPageAggregatorWithMarkedContent

# Whether content is shown that several layers decide on, by the document's policy: from which of them are off.
_SHOWN: Mapping[str, Callable[[Sequence[bool]], bool]] = {
    "AnyOn": lambda off: not all(off),
    "AllOn": lambda off: not any(off),
    "AnyOff": any,
    "AllOff": all,
}
_INKLESS = {3, 7}  # modes of rendering in which text leaves no ink: what programs of scanners write under pictures


def lay_out(page: Any) -> tuple[float, float]:
    """Have a page of pdfplumber laid out, with x and y from the corner of what is shown of it; return the width and
    height of that.
    """
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
    return right - left, bottom - top


def _layers_off(catalog: Mapping[str, Any]) -> frozenset[int]:
    """The numbers of the objects that are layers ("optional content groups") which the document begins without."""
    properties = _mapping(catalog.get("OCProperties"))
    default = _mapping(properties.get("D"))
    off = set(_numbers(default.get("OFF")))
    if getattr(resolve1(default.get("BaseState")), "name", "") == "OFF":
        off |= {*_numbers(properties.get("OCGs"))} - {*_numbers(default.get("ON"))}
    return frozenset(off)


def _numbers(references: Any) -> list[int]:
    found = resolve1(references)
    return [one.objid for one in found if isinstance(one, PDFObjRef)] if isinstance(found, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    found = resolve1(value)
    return found if isinstance(found, Mapping) else {}


class _Device(PDFPageAggregatorWithMarkedContent):
    """Leaves out what is not drawn."""

    layers_off: frozenset[int] = frozenset()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.hiding: list[bool] = []  # of each open sequence of marked content, whether its layer is off

    def is_off(self, group: Any) -> bool:
        """Whether a layer, or what a set of layers decides on ("membership"), is not shown."""
        if isinstance(group, PDFObjRef) and group.objid in self.layers_off:
            return True
        membership = _mapping(group)
        members = membership.get("OCGs")
        listed = members if isinstance(resolve1(members), Mapping) else resolve1(members)
        off = [number in self.layers_off for number in _numbers(listed if isinstance(listed, list) else [listed])]
        shown = _SHOWN.get(getattr(membership.get("P"), "name", ""), _SHOWN["AnyOn"])
        return bool(off) and not shown(off)

    def render_string(self, textstate: Any, *others: Any) -> None:
        before = len(self.cur_item._objs)
        super().render_string(textstate, *others)
        if textstate.render in _INKLESS or any(self.hiding):
            del self.cur_item._objs[before:]

    def paint_path(self, *arguments: Any, **options: Any) -> None:
        if not any(self.hiding):
            super().paint_path(*arguments, **options)

    def render_image(self, *arguments: Any, **options: Any) -> None:
        if not any(self.hiding):
            super().render_image(*arguments, **options)


class _Interpreter(PDFPageInterpreter):
    """Tells its device of layers: of marked content, of forms, of pictures."""

    device: _Device

    def do_BMC(self, tag: Any) -> None:  # noqa: N802, as pdfminer names the operators
        super().do_BMC(tag)
        self.device.hiding.append(False)

    def do_BDC(self, tag: Any, props: Any) -> None:  # noqa: N802
        super().do_BDC(tag, props)
        layers = _mapping(self.resources.get("Properties")) if isinstance(props, PSLiteral) else {}
        group = layers.get(literal_name(props)) if layers else None
        self.device.hiding.append(literal_name(tag) == "OC" and self.device.is_off(group))

    def do_EMC(self) -> None:  # noqa: N802
        super().do_EMC()
        if self.device.hiding:
            self.device.hiding.pop()

    def do_Do(self, xobjid_arg: Any) -> None:  # noqa: N802
        drawn = resolve1(self.xobjmap.get(literal_name(xobjid_arg)))
        if not (isinstance(drawn, PDFStream) and self.device.is_off(drawn.get("OC"))):
            super().do_Do(xobjid_arg)
