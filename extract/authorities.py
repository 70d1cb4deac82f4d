"""Who issued a report: the issuer as printed and where it was published → an authority with its place.

Names are matched whole (江油 is not 江油关镇), never guessed at: 12,384 townships share their name with another, so a
bare township counts only where the portal, or the site or credit code of the page, stands for its county or
city. What stays open is `ambiguous`.

Ids: a people's government, its office included, has its division code (`510781`); a department `<code>-<name>`
(`510781-教育局`); a body that the list of divisions does not know, such as a functional zone, has
`<code of the portal>-<name>`; a ministry `ministry-<name>`.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from urllib.parse import urlsplit

from extract.characters import nfkc, squeezed

_UNSIGNED = "未署名"  # stands for the issuer where a report names none

_CONTAINERS = frozenset(["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"])
_SHORT_PROVINCE = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区)$")
_TAX = re.compile(r"^国家税务总局(?=.)")
_STATE = re.compile(r"^中华人民共和国(?=.)")

_GOVERNMENT = re.compile(
    r"(?:人民政府|政府)(?:办公室|办公厅|办)?|党政(?:综合)?办公室|(?:街道)?办事处|街道办|行政公署|行署|管理委员会|管委会|办公室|办公厅"
)
_TOWNSHIP = re.compile(r"(.+(?:镇|乡|街道|苏木))(?:人民政府|政府)?(?:办公室|办事处|办)?")
_DEPARTMENT = re.compile(
    r".+(?:局|委|委员会|办|办公室|厅|院|中心|所|站|队|处|会|社|馆|署|行|段|部|公司|集团|学校|中学|小学|大学|学院|法庭)"
)
_OWN_PLACE = re.compile(r"..+?[省市县区州盟旗镇乡]")
_NO_PLACE = re.compile("城乡|城市|地区|社区|乡村|市场|市政|区域|园区")
# 市 at the beginning of an issuer is its level (市教育局), unless a word begins with it (市场监督管理局).
_LEVEL_IS_WORD = re.compile(r"市[场容域]|市政(?![府务协法])|市民(?![政族营宗防])|区[域划委]|[市县州]委|县域|.$")


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority and its place. `division_code` is that of its government; None: none, or ambiguous."""

    id: str
    name: str
    level: str | None = None
    division_code: str | None = None
    province: str | None = None
    city: str | None = None
    county: str | None = None
    parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who an issuer is; `warning` says what was open or contradictory, `ambiguous` that no division could be told."""

    authority: Authority
    warning: str | None = None
    ambiguous: bool = False


def resolve(issuer: str | None, *, evidence: Sequence[str] = (), host: str = "") -> Resolution:
    """Return the authority that a report's issuer is.

    `evidence` holds division codes that speak for the place, the strongest first (see `evidence_of`); `host` stands in
    the id of an issuer for whom nothing does.
    """
    return _resolve(tidy(issuer or ""), tuple(evidence), host)


def evidence_of(
    facts: Iterable[tuple[str, str, str]], *, division: str = "", host_division: str = ""
) -> tuple[str, ...]:
    """Return the known division codes that speak for a page's place, the strongest first.

    `division` is that of the portal on whose behalf the page was fetched, `host_division` that of the register's portal
    on its host. Of the page's own `facts` (field, value, source) the site code and the credit code count; they are
    copied between sites, so they come last.
    """
    stated = [(field, squeezed(value)) for field, value, _ in facts]
    codes = [division, host_division]
    codes += [value[:6] for field, value in stated if field == "site_code"]
    codes += [value[2:8] for field, value in stated if field == "credit_code"]
    known = divisions().names
    return tuple(dict.fromkeys(code for code in codes if code in known))


def government(code: str) -> Authority:
    """Return the people's government of a division."""
    province, city, county = _path(code)
    return Authority(code, divisions().names[code], level_of(code), code, province, city, county, _above(code))


def of_register(name: str, level: str, code: str) -> Authority:
    """Return the authority of a row of the register."""
    plain = tidy(name)
    if level == "ministry":
        return Authority(f"ministry-{_id_part(plain)}", plain, "ministry")
    if level == "department":
        found = _resolve(plain, (code,) if code in divisions().names else (), "").authority
        return replace(found, level="department") if found.level is None else found
    if code in divisions().names:
        return government(code)
    if not code:
        return _resolve(plain, (), "").authority
    parent = _above(code)
    province, city, county = _path(parent) if parent else (None, None, None)
    base = _TOWNSHIP.fullmatch(plain)
    short = base[1] if base else plain.removesuffix("人民政府")
    return Authority(code, short, level, code, province, city, county, parent)


def above(authority: Authority) -> list[Authority]:
    """Return the authorities above one, from the nearest to the province."""
    return [government(code) for code in _chain(authority.parent_id)]


def level_of(code: str) -> str:
    """Return the level that a division code has by its form."""
    if len(code) == 9:
        return "township"
    return "province" if code[2:] == "0000" else "city" if code[4:] == "00" else "county"


def host_of(url: str) -> str:
    """Return the host of an address, without its port; "" where it names none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # http://[ - archives of others hold such addresses
        return ""


# ---- divisions


@dataclass(frozen=True, slots=True)
class _Divisions:
    names: dict[str, str]  # by code
    codes: dict[str, tuple[str, ...]]  # by name, containers left out; of a province the short name too
    longest: int  # characters of the longest name


@lru_cache(maxsize=1)
def divisions() -> _Divisions:
    """Return the list of divisions; to read it takes as long as ten reports."""
    packed = files("extract").joinpath("data/divisions.csv.gz").read_bytes()
    fields = gzip.decompress(packed).decode("utf-8").replace("\n", ",").split(",")[2:]  # behind the two of the head
    names = dict(zip(fields[::2], fields[1::2], strict=False))
    codes: dict[str, tuple[str, ...]] = {}
    for code, name in names.items():
        key = name if name.isalpha() else tidy(name)
        codes[key] = (*codes[key], code) if key in codes else (code,)
    for container in _CONTAINERS:
        codes.pop(container, None)
    for code, name in names.items():
        if code[2:] == "0000":
            codes.setdefault(_SHORT_PROVINCE.sub("", name), (code,))
    return _Divisions(names, codes, max(map(len, codes)))


@lru_cache(maxsize=1)
def _ministries() -> frozenset[str]:
    return frozenset(files("extract").joinpath("data/ministries.txt").read_text(encoding="utf-8").split())


def _stem(code: str) -> str:
    """Return what the codes of all divisions within one begin with."""
    return code[:2] if code[2:] == "0000" else code[:4] if code[4:] == "00" else code


def _within(code: str, ancestor: str) -> bool:
    return code.startswith(_stem(ancestor))


def _above(code: str) -> str | None:
    """Return the nearest division above one that is no container."""
    names = divisions().names
    for cut in (code[:6], f"{code[:4]}00", f"{code[:2]}0000"):
        if _stem(cut) != _stem(code) and names.get(cut, "县") not in _CONTAINERS:
            return cut
    return None


def _chain(code: str | None) -> Iterator[str]:
    """Yield a division and those above it, up to the province, containers left out."""
    while code is not None:
        yield code
        code = _above(code)


def _path(code: str) -> tuple[str | None, str | None, str | None]:
    """Return the names of province, city and county of a division."""
    place = {level_of(step): divisions().names[step] for step in _chain(code)}
    return place.get("province"), place.get("city"), place.get("county")


# ---- names


def tidy(text: str) -> str:
    """Return a name without blanks and differences of width."""
    return squeezed(nfkc(text))


def _id_part(name: str) -> str:
    """Return a name fit to be part of an id: readable, of bounded length, without the characters that part paths."""
    plain = re.sub(r"[^\w()·-]+", "", name)
    return plain if len(plain) <= 60 else f"{plain[:48]}-{hashlib.sha256(plain.encode()).hexdigest()[:8]}"


@lru_cache(maxsize=1 << 16)
def _resolve(issuer: str, evidence: tuple[str, ...], host: str) -> Resolution:
    if not issuer:
        return Resolution(_unplaced(_UNSIGNED, evidence, host), "issuer: the report names none", ambiguous=True)
    if (ministry := _STATE.sub("", issuer)) in _ministries():
        return Resolution(Authority(f"ministry-{ministry}", ministry, "ministry"))
    named = _TAX.sub("", issuer)
    found = _read_name(named) or _read_short_name(named, evidence)
    if found is None:
        return _without_place(named, evidence, host)
    code = _choose(found, evidence)
    if code is None:
        return _ambiguous(issuer, found, evidence, host)
    return Resolution(_authority(code, found.rest), _contradiction(issuer, code, evidence))


@dataclass(frozen=True, slots=True)
class _Named:
    """The divisions that the names at an issuer's beginning can mean, how many names these are, and what follows."""

    codes: tuple[str, ...]
    names: int
    rest: str

    @property
    def bare_township(self) -> bool:
        return self.names == 1 and len(self.codes[0]) == 9


def _read_name(text: str, scope: _Named | None = None) -> _Named | None:
    """Return the longest chain of whole division names, each within the one before, that `text` begins with."""
    best, known = scope, divisions()
    for length in range(min(known.longest, len(text)), 1, -1):
        codes = known.codes.get(text[:length], ())
        if not codes and text.startswith("办事处", length):  # 北街办事处: 北街街道's
            codes = known.codes.get(f"{text[:length]}街道", ())
        if scope is not None:
            codes = tuple(
                code for code in codes if any(_within(code, outer) and code != outer for outer in scope.codes)
            )
        if codes:
            step = _Named(codes, 1 if scope is None else scope.names + 1, text[length:].lstrip("-·,、"))
            chain = _read_name(step.rest, step)
            if chain and (best is None or len(chain.rest) < len(best.rest)):
                best = chain
    return best


def _read_short_name(text: str, evidence: tuple[str, ...]) -> _Named | None:
    """Return the autonomous division near by whose name `text` shortens: 恩施州 for 恩施土家族苗族自治州."""
    for code in (code for here in evidence for code in _chain(here)):
        name = divisions().names[code]
        for length in range(2, 6) if "自治" in name else ():
            if text[:length] == name[:length] and text[length : length + 1] == name[-1]:
                return _Named((code,), 1, text[length + 1 :])
    return None


def _choose(found: _Named, evidence: tuple[str, ...]) -> str | None:
    """Return the one division that is meant; None where that stays open."""
    for here in evidence:
        for speaks_for in _TOWNSHIP_TIERS if found.bare_township else _TIERS:
            hits = [code for code in found.codes if speaks_for(code, here)]
            if hits:
                return hits[0] if len(hits) == 1 else None
    return found.codes[0] if len(found.codes) == 1 and not found.bare_township else None


# How a division can be near the one that the evidence names, the nearest first. A bare township must lie in it.
_TOWNSHIP_TIERS: tuple[Callable[[str, str], bool], ...] = (str.__eq__, _within)
_TIERS: tuple[Callable[[str, str], bool], ...] = (
    *_TOWNSHIP_TIERS,
    lambda code, here: _within(here, code),
    lambda code, here: code[:4] == here[:4],
    lambda code, here: code[:2] == here[:2],
)


def _authority(code: str, rest: str) -> Authority:
    """Return the authority that is called by a division's name and `rest`."""
    if not rest or _GOVERNMENT.fullmatch(rest):
        return government(code)
    province, city, county = _path(code)
    township = _TOWNSHIP.fullmatch(rest)
    base = township[1] if township else rest
    level = "township" if township else "department" if _DEPARTMENT.fullmatch(rest) else None
    place = divisions().names[code]
    own_place = level != "department" or base.startswith(place[:2]) or _OWN_PLACE.match(_NO_PLACE.sub("", base))
    name = base if own_place else place + base
    return Authority(f"{code}-{_id_part(base)}", name, level, code, province, city, county, code)


def _without_place(name: str, evidence: tuple[str, ...], host: str) -> Resolution:
    """Return the authority for an issuer that no division's name begins: 市教育局, a zone, a former township."""
    if not evidence:
        return Resolution(
            _unplaced(name, evidence, host), f"issuer: {name} names no place, and nothing else does", True
        )
    here = evidence[0]
    if name.startswith(divisions().names[here][-1]) and not _LEVEL_IS_WORD.match(name):
        name = name[1:]  # 市教育局 on the portal of 江油市
    authority = _authority(here, name)
    if authority.level in ("department", level_of(here)):
        return Resolution(authority)
    return Resolution(
        authority, f"issuer: {name} is not in the list of divisions; it reports on the portal of {_print(here)}"
    )


def _ambiguous(issuer: str, found: _Named, evidence: tuple[str, ...], host: str) -> Resolution:
    place = f"not on that of {_print(evidence[0])}" if evidence else "nothing else names the place"
    many = f"{len(found.codes)} places" if len(found.codes) > 1 else f"a place in {_print(found.codes[0])}"
    name = issuer if found.rest and not _GOVERNMENT.fullmatch(found.rest) else divisions().names[found.codes[0]]
    authority = _unplaced(name, evidence, host)
    return Resolution(authority, f"issuer: {issuer} is ambiguous, the name of {many}, {place}", ambiguous=True)


def _unplaced(name: str, evidence: tuple[str, ...], host: str) -> Authority:
    township = _TOWNSHIP.fullmatch(name)
    level = "township" if township else "department" if _DEPARTMENT.fullmatch(name) else None
    base = township[1] if township else name
    return Authority(f"{evidence[0] if evidence else host or 'unknown'}-{_id_part(base)}", base, level)


def _contradiction(issuer: str, code: str, evidence: tuple[str, ...]) -> str | None:
    """Return a warning where the page speaks for quite another place than its issuer."""
    if not evidence or code[:4] == evidence[0][:4] or _within(code, evidence[0]) or _within(evidence[0], code):
        return None
    return f"issuer: {issuer} is {_print(code)}, the page is one of {_print(evidence[0])}"


def _print(code: str) -> str:
    """Return a division for a message: "江油市 (510781)"."""
    return f"{divisions().names[code]} ({code})"
