"""Random but plausible reports: what they state, how they print it, and the gold reading that follows from it.

`invent` is a pure function of its random source and of what a shape can carry (`Wish`): a shape that cannot show an
empty cell
asks for none, so that what a careful human reads from the document stays the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from samples.form import APPLICANTS, GROUPS, NUMBERS, OUTCOMES, Key, columns_of_table2, rows_of_table3
from samples.reports import gold
from tests.generate import form, prose

Value = int | str | None

PLACES = (  # province, city, county
    ("河北省", "邯郸市", "磁县"),
    ("山西省", "长治市", "沁源县"),
    ("内蒙古自治区", "包头市", "昆都仑区"),
    ("辽宁省", "鞍山市", "台安县"),
    ("吉林省", "通化市", "辉南县"),
    ("黑龙江省", "鹤岗市", "萝北县"),
    ("江苏省", "盐城市", "射阳县"),
    ("浙江省", "丽水市", "云和县"),
    ("安徽省", "六安市", "霍山县"),
    ("福建省", "南平市", "光泽县"),
    ("江西省", "抚州市", "广昌县"),
    ("山东省", "济宁市", "汶上县"),
    ("河南省", "商丘市", "柘城县"),
    ("湖北省", "十堰市", "竹山县"),
    ("湖南省", "怀化市", "麻阳苗族自治县"),
    ("广东省", "清远市", "佛冈县"),
    ("广西壮族自治区", "柳州市", "柳城县"),
    ("海南省", "三亚市", "吉阳区"),
    ("四川省", "绵阳市", "江油市"),
    ("贵州省", "遵义市", "凤冈县"),
    ("云南省", "普洱市", "景谷傣族彝族自治县"),
    ("陕西省", "榆林市", "佳县"),
    ("甘肃省", "武威市", "古浪县"),
    ("青海省", "海东市", "互助土族自治县"),
    ("新疆维吾尔自治区", "博尔塔拉蒙古自治州", "温泉县"),
)
TOWNS = ("新青镇", "城关镇", "太平镇", "石桥乡", "龙泉镇", "清水河镇", "大兴乡", "柳林镇", "沙坪镇", "白塔乡")
STREETS = ("北街街道", "东关街道", "新华街道", "南湖街道")
BUREAUS = tuple(
    (
        "教育局 财政局 民政局 自然资源局 住房和城乡建设局 卫生健康委员会 市场监督管理局 应急管理局 农业农村局 "
        "交通运输局 审计局 水利局 行政审批和政务服务局 发展和改革委员会"
    ).split()
)
MINISTRIES = ("国家档案局", "国家林业和草原局", "中国气象局", "国家知识产权局")

TITLES = (  # {i} issuer, {y} year; several orders and wordings (portals.md §7)
    "{i}{y}年政府信息公开工作年度报告",
    "{i}{y}年政府信息公开工作年度报告",
    "{i}{y}年度政府信息公开工作年度报告",
    "{i}{y}年政府信息公开年度报告",
    "{i}{y}年信息公开工作年度报告",
    "{i}{y}年政府信息公开年报",
    "{i}{y}年政府信息公开工作报告",
    "{i}关于{y}年度政府信息公开工作年度报告",
    "{y}年{i}政府信息公开工作年度报告",
    "{i}政府信息公开工作年度报告（{y}年）",
    "{i}{y}年政府信息公开工作情况报告",
    "关于{y}年度政府信息公开工作年度报告",
    "{y}年政府信息公开工作年度报告",
    "{i}政府信息公开工作年度报告",
    "{y}年",
    "{i}",
)
MARKS = ("/", "/", "—", "-", "无", "——", "／")
BLANK_STYLES = ("single", "rows", "natural_total", "totals", "zeros", "one_zero", "group")
MARK_STYLES = ("mark_zeros", "mark_single", "mark_rows")
FULL_WIDTH = str.maketrans("0123456789,.+-", "０１２３４５６７８９，．＋－")


@dataclass(frozen=True, slots=True)
class Stated:
    """One cell: the value that the report states (None: blank or a mark), as printed, and the unit in it."""

    value: Value = None
    printed: str = ""
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A section: heading, paragraphs, the number of the table in it (0: none), paragraphs after the table."""

    heading: str
    before: tuple[str, ...]
    table: int = 0
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a shape can carry.

    `empties`: cells may be left empty; `spaces`: blanks may stand inside a cell; `notes`: brackets and units may;
    `blanks` forces one
    of BLANK_STYLES or MARK_STYLES ("none" for neither); `busy` forces many (True) or no (False) figures; `titled`: a
    full title; `row_lost`: a row or two of table 3 are missing, as a converter loses them at a page break.
    """

    empties: bool = True
    spaces: bool = True
    notes: bool = True
    blanks: str | None = None
    busy: bool | None = None
    wrong_sums: bool = True
    misprints: bool = True
    form: str | None = None
    titled: bool = False
    row_lost: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A report as invented. `labels` are what is printed of the form's, by name; `table3` rows have 7 cells, `table4`
    groups 5.
    """

    form: str
    year: int
    one_row_other: bool
    issuer: str
    place: str
    title: str
    published: str | None
    signature: tuple[str, ...]
    preface: tuple[str, ...]
    parts: tuple[Part, ...]
    table2: dict[str, dict[str, Stated]]
    table3: dict[str, tuple[Stated, ...]]
    table4: dict[str, tuple[Stated, ...]]
    labels: dict[str, str]
    dated: bool = False  # the signature carries the date
    lost_rows: frozenset[str] = frozenset()
    accept: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def rows3(self) -> list[str]:
        """The names of the rows of table 3 in the form's order."""
        return rows_of_table3(self.template3)

    @property
    def template3(self) -> str:
        """The form that its table 3 has."""
        return "2019" if self.one_row_other else "2021"

    @property
    def printed(self) -> dict[Key, str]:
        """What is printed of each figure, by row and column."""
        rows = {row: tuple(cells.items()) for row, cells in self.table2.items()}
        rows |= {row: tuple(zip(APPLICANTS, cells, strict=True)) for row, cells in self.table3.items()}
        rows |= {row: tuple(zip(OUTCOMES, cells, strict=True)) for row, cells in self.table4.items()}
        return {(row, column): cell.printed for row, cells in rows.items() for column, cell in cells}

    def gold(self) -> dict[str, Any]:
        """Return the gold reading of the report (README of the gold), without `source`."""
        table3, table4 = (
            {row: [_count(cell) for cell in cells] for row, cells in table.items()}
            for table in (self.table3, self.table4)
        )
        table2 = {
            row: {column: cell.value for column, cell in cells.items()}
            | ({"amount_unit": cells["amount"].unit} if row == "procurement" else {})
            for row, cells in self.table2.items()
        }
        return gold(squeeze(self.title), self.issuer, self.year, self.published, self.form, table2, table3, table4)

    def without_rows(self, *rows: str) -> Report:
        """Return the report with rows of table 3 lost: nothing of them is printed, so they state nothing."""
        table3 = {row: tuple(Stated() for _ in cells) if row in rows else cells for row, cells in self.table3.items()}
        return replace(self, table3=table3, lost_rows=self.lost_rows | set(rows))


def signed(rng: Random, report: Report) -> Report:
    """Return the report with its date in the signature, for formats that have no other place for it."""
    if not report.published or report.dated:
        return report
    year, month, day = map(int, report.published.split("-"))
    written = rng.choice(
        (f"{year}年{month}月{day}日", f"{chinese_year(year)}年{chinese_number(month)}月{chinese_number(day)}日")
    )
    return replace(report, signature=(*report.signature, written), dated=True)


def squeeze(text: str) -> str:
    """Return the text without any blank."""
    return "".join(text.split())


def _count(cell: Stated) -> int | None:
    if isinstance(cell.value, str):
        raise TypeError(f"table 3 and 4 state counts, not {cell.value!r}")
    return cell.value


def invent(rng: Random, wish: Wish) -> Report:
    """Return a random report that a shape with this wish can carry."""
    year = _year(rng, wish)
    form_name = wish.form or ("2019" if year < 2021 else "2021")
    hybrid = form_name == "2021" and year <= 2022 and rng.random() < 0.25
    one_row_other = form_name == "2019" or hybrid
    profile = _profile(rng, wish)
    counts3 = _applications(rng, profile, one_row_other=one_row_other)
    counts4 = _proceedings(rng, profile)
    if wish.wrong_sums and rng.random() < 0.25:
        _spoil(rng, counts3, counts4)
    printer = Printer(rng, wish)
    table3 = {row: [printer.count(value) for value in values] for row, values in counts3.items()}
    table4 = {group: [printer.count(value) for value in values] for group, values in counts4.items()}
    table2 = _disclosures(rng, profile, form_name, printer)
    labels = _labels(rng, form_name, wish)
    if form_name == "2019" and "amount" in table2["procurement"]:
        table2["procurement"]["amount"] = _with_header_unit(table2["procurement"]["amount"], labels["九.amount"])
    _leave_blank(rng, wish, table2, table3, table4)
    who = _identity(rng, year, wish)
    report = Report(
        form=form_name,
        year=year,
        one_row_other=one_row_other,
        table2=table2,
        table3={row: tuple(cells) for row, cells in table3.items()},
        table4={group: tuple(cells) for group, cells in table4.items()},
        labels=labels,
        **who,
    )
    return _without_a_row(rng, report) if wish.row_lost else report


# --- figures ---------------------------------------------------------------------------------------------------------


def _without_a_row(rng: Random, report: Report) -> Report:
    inner = [row for row in report.rows3[2:-2] if row.split(".")[0] not in ("granted", "partly_granted")]
    return report.without_rows(*rng.sample(inner, rng.choice((1, 1, 2))))


def _year(rng: Random, wish: Wish) -> int:
    years = {"2019": (2019, 2020), "2021": (2021, 2022, 2023, 2024, 2025)}
    return rng.choice(years[wish.form] if wish.form else rng.choice(tuple(years.values())))


def _profile(rng: Random, wish: Wish) -> str:
    if wish.busy is not None:
        return rng.choice(("some", "many", "huge")) if wish.busy else "zero"
    return rng.choices(("zero", "few", "some", "many", "huge"), (50, 14, 18, 14, 4))[0]


def _applications(rng: Random, profile: str, *, one_row_other: bool) -> dict[str, list[int]]:
    rows = rows_of_table3("2019" if one_row_other else "2021")
    results = rows[2:-2]
    table = {row: [0] * 6 for row in rows}
    size, share = {"zero": (0, 0.0), "few": (3, 0.12), "some": (20, 0.3), "many": (300, 0.6), "huge": (20000, 0.9)}[
        profile
    ]
    for column in range(6):
        if size and (column == 0 or rng.random() < share):
            for row in results:
                if rng.random() < share:
                    table[row][column] = (
                        rng.randrange(size) if rng.random() < 0.3 else rng.randrange(1 + size // 6 or 1)
                    )
            table["granted"][column] += rng.randrange(size)
        done = sum(table[row][column] for row in results)
        table["concluded"][column] = done
        table["carried_out"][column] = rng.randrange(1 + size // 5) if rng.random() < share else 0
        both = done + table["carried_out"][column]
        table["carried_in"][column] = rng.randrange(1 + both // 4) if rng.random() < share else 0
        table["received"][column] = both - table["carried_in"][column]
    return {row: [*cells, sum(cells)] for row, cells in table.items()}


def _proceedings(rng: Random, profile: str) -> dict[str, list[int]]:
    size = {"zero": 1, "few": 2, "some": 5, "many": 40, "huge": 900}[profile]
    table = {}
    for group in GROUPS:
        cells = [rng.randrange(size) if rng.random() < 0.6 else 0 for _ in range(4)]
        table[group] = [*cells, sum(cells)]
    return table


def _spoil(rng: Random, table3: dict[str, list[int]], table4: dict[str, list[int]]) -> None:
    """Break sums as reports do: a total left 0, a digit off, a result forgotten, a total of table 4 that counts other
    cases.
    """
    for _ in range(rng.choice((1, 1, 2, 3))):
        kind = rng.choice(("concluded_zero", "digit", "digit", "total", "table4", "column_total"))
        row = rng.choice(list(table3))
        if kind == "concluded_zero":
            table3["concluded"] = [0] * 7
        elif kind == "digit":
            column = rng.randrange(7)
            table3[row][column] += rng.choice((1, 2, 10))
        elif kind == "total":
            table3[row][6] = max(0, table3[row][6] + rng.choice((-3, -1, 1, 5)))
        elif kind == "column_total":
            table3["concluded"][rng.randrange(7)] += rng.choice((1, 3))
        else:
            group = table4[rng.choice(GROUPS)]
            group[4] = max(0, group[4] + rng.choice((-1, 1, 2)))


def _disclosures(rng: Random, profile: str, form_name: str, printer: Printer) -> dict[str, dict[str, Stated]]:
    size = {"zero": 1, "few": 4, "some": 60, "many": 3000, "huge": 900000}[profile]
    if profile == "zero" and rng.random() < 0.4:
        size = 50  # a township without requests still has documents and purchases
    table: dict[str, dict[str, Stated]] = {}
    for row, columns in columns_of_table2(form_name).items():
        cells = {column: _disclosure(rng, column, size, printer) for column in columns}
        if row == "regulations":
            cells = dict.fromkeys(cells, printer.count(0)) if rng.random() < 0.8 else cells
        table[row] = cells
    return table


def _disclosure(rng: Random, column: str, size: int, printer: Printer) -> Stated:
    number = rng.randrange(size) if rng.random() < 0.75 else 0
    if column == "amount":
        return printer.amount(number)
    if column == "change":
        return printer.change(rng.choice((-1, 1)) * (number // 5))
    if column in ("made", "published", "repealed", "in_force"):
        return printer.count(number // 40 if size > 100 else number, measure="件")
    return printer.count(number, measure="项" if column in ("prior_items", "items") else "件")


class Printer:
    """How one report prints its figures: the quirks are drawn once a report and used here and there."""

    def __init__(self, rng: Random, wish: Wish) -> None:
        self.rng = rng
        kinds = ["separators", "full_width", "signs"]
        kinds += ["units", "notes"] if wish.notes else []
        kinds += ["spaced"] if wish.spaces else []
        self.quirks = set(rng.sample(kinds, rng.choice((0, 0, 0, 1, 1, 2))))
        self.quirks |= {"chinese"} if rng.random() < 0.03 else set()
        self.unit = rng.choice(("件", "件", "个", "条", "项"))
        self.notes = wish.notes
        self.every = rng.random() < 0.15  # some reports print all cells that way

    def count(self, value: int, *, measure: str = "件") -> Stated:
        text = str(value)
        if "separators" in self.quirks and value >= 1000:
            text = f"{value:,}"
        elif "chinese" in self.quirks and value < 100 and self._now(0.06):
            text = chinese_number(value)
        elif "spaced" in self.quirks and len(text) > 1 and self._now(0.3):
            text = " ".join(text) if self.rng.random() < 0.5 else text[:1] + " " + text[1:]
        elif "units" in self.quirks and self._now(0.1):
            unit = self.unit if measure == "件" else measure
            return Stated(
                value, f"{text}{self.rng.choice(('', '', ' ') if 'spaced' in self.quirks else ('',))}{unit}", unit
            )
        elif "notes" in self.quirks and value > 1 and self._now(0.15):
            return Stated(value, text + self._note(value))
        if "full_width" in self.quirks and self._now(0.5):
            text = text.translate(FULL_WIDTH)
        return Stated(value, text)

    def change(self, value: int) -> Stated:
        stated = self.count(abs(value), measure="项")
        if value < 0:
            return replace(stated, value=value, printed=self.rng.choice("---－−") + stated.printed)
        if value > 0 and ("signs" in self.quirks or self.rng.random() < 0.3):
            return replace(stated, printed=self.rng.choice("++＋") + stated.printed)
        return stated

    def amount(self, value: int) -> Stated:
        kind = self.rng.choice(("plain", "decimals", "decimals", "six", "wan", "yuan", "zeros"))
        if value == 0:
            text = self.rng.choice(("0", "0", "0", "0.00", "0.0000"))
        elif kind == "plain":
            text = str(value * self.rng.choice((1, 1, 7919)))
        elif kind == "six":
            text = f"{value}.{self.rng.randrange(10**6):06d}"
        elif kind == "zeros":
            text = f"{value}.00"
        else:
            text = f"{value}.{self.rng.randrange(1, 100):02d}"
        whole, _, decimals = text.partition(".")
        printed = text
        if "separators" in self.quirks and len(whole) > 3:
            printed = f"{int(whole):,}" + (f".{decimals}" if decimals else "")
        if "full_width" in self.quirks and self._now(0.5):
            printed = printed.translate(FULL_WIDTH)
        unit = None
        if self.notes and kind in ("wan", "yuan") and self.rng.random() < 0.6:
            unit = "万元" if kind == "wan" else "元"
        return Stated(text if decimals else int(text), printed + (unit or ""), unit)

    def _now(self, share: float) -> bool:
        return self.every or self.rng.random() < share

    def _note(self, value: int) -> str:
        part = self.rng.randrange(1, value)
        template = self.rng.choice(
            ("（其中修订{}件）", "（含上年{}件）", "(其中{}件为联合发文)", "（其中修订{}件，废止1件）")
        )
        return template.format(part)


def chinese_number(value: int) -> str:
    """Return 0 to 99 in Chinese numerals: 零, 七, 十, 十二, 二十, 三十五."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(value, 10)
    if not tens:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


def _with_header_unit(cell: Stated, header: str) -> Stated:
    if cell.unit or cell.value is None:
        return cell
    unit = "万元" if "万元" in header else "元" if "元" in header else None
    return replace(cell, unit=unit)


# --- blanks and marks ------------------------------------------------------------------------------------------------


def _leave_blank(
    rng: Random,
    wish: Wish,
    table2: dict[str, dict[str, Stated]],
    table3: dict[str, list[Stated]],
    table4: dict[str, list[Stated]],
) -> None:
    """Empty or mark cells in one of the styles of reports."""
    style = wish.blanks
    if style is None:
        weights = [6 if wish.empties else 0] * len(BLANK_STYLES) + [5] * len(MARK_STYLES)
        style = rng.choices(("none", *BLANK_STYLES, *MARK_STYLES), (100, *weights))[0]
    if style == "none":
        return
    text = rng.choice(MARKS) if style.startswith("mark") else ""
    empty = Stated(None, text)
    rows = list(table3)
    if style in ("zeros", "mark_zeros"):
        _blank_where(lambda cell: cell.value == 0, empty, table3, table4)
        if rng.random() < 0.5:
            for cells in table2.values():
                cells.update({column: empty for column, cell in cells.items() if cell.value == 0})
    elif style in ("single", "mark_single"):
        for _ in range(rng.choice((1, 2, 3))):
            table3[rng.choice(rows)][rng.randrange(7)] = empty
        if rng.random() < 0.3:
            table4[rng.choice(GROUPS)][rng.randrange(5)] = empty
        if rng.random() < 0.3:
            cells = table2[rng.choice(list(table2))]
            cells[rng.choice(list(cells))] = empty
    elif style == "one_zero":
        zeros = [(row, i) for row in rows for i in range(7) if table3[row][i].value == 0]
        if zeros:
            row, i = rng.choice(zeros)
            table3[row][i] = empty
    elif style in ("rows", "mark_rows"):
        for row in rng.sample(rows, rng.randrange(1, 6)):
            table3[row] = [empty] * 7
    elif style == "natural_total":
        for row in rows:
            table3[row][1:6] = [empty] * 5
    elif style == "totals":
        for row in rows:
            if row not in ("concluded",) or rng.random() < 0.5:
                table3[row][6] = empty
    elif style == "group":
        table4[rng.choice(GROUPS)] = [empty] * 5
        if rng.random() < 0.3:
            table2["regulations"] = dict.fromkeys(table2["regulations"], empty)


def _blank_where(test: Callable[[Stated], bool], empty: Stated, *tables: dict[str, list[Stated]]) -> None:
    for table in tables:
        for row, cells in table.items():
            table[row] = [empty if test(cell) else cell for cell in cells]


# --- labels ----------------------------------------------------------------------------------------------------------


def _labels(rng: Random, form_name: str, wish: Wish) -> dict[str, str]:
    """Return every printed label by its name."""
    labels = form.labels(rng, form_name)
    if wish.misprints and rng.random() < 0.2:
        for key in rng.sample(
            [key for key, text in labels.items() if len(text) >= 7 and key != "corner"], rng.choice((1, 1, 2))
        ):
            labels[key] = misprint(rng, labels[key])
    if rng.random() < 0.3:  # converters give half-width punctuation
        labels = {key: half_width(text) for key, text in labels.items()}
    return labels


def misprint(rng: Random, label: str) -> str:
    """Return the label with one character dropped or doubled, never its number and nothing of its brackets."""
    places = [i for i, char in enumerate(label) if i > 3 and "一" <= char <= "鿿"]
    i = rng.choice(places)
    return label[:i] + label[i + 1 :] if rng.random() < 0.5 else label[:i] + label[i] + label[i:]


def half_width(text: str) -> str:
    """Return the text with the punctuation of a converter."""
    return text.translate(str.maketrans("（）：，；／．", "():,;/."))


# --- who, when and the prose -----------------------------------------------------------------------------------------


def _identity(rng: Random, year: int, wish: Wish) -> dict[str, Any]:
    province, city, county = rng.choice(PLACES)
    issuer, we = _issuer(rng, province, city, county)
    short = rng.random() < 0.12 and issuer.endswith("人民政府")
    in_title = issuer.removesuffix("人民政府") if short else issuer
    template = rng.choice(TITLES[:11] if wish.titled else TITLES)
    spelled = rng.choices((str(year), full_width_digits(year), chinese_year(year), f"{year} "), (88, 3, 4, 5))[0]
    title = template.format(i=in_title, y=spelled)
    if rng.random() < 0.08 and "工作" in title:
        title = title.replace("工作", " 工作", 1)
    named = "{i}" in template
    published, written = _date(rng, year)
    signed = issuer if not named or rng.random() < 0.4 else None
    dated = written if published and rng.random() < 0.6 else None
    headings = prose.headings(rng)

    def say(texts: list[str]) -> tuple[str, ...]:
        return tuple(prose.fill(rng, text, we=we, year=year, place=county) for text in texts)

    preface = [text for text in prose.PREFACE if rng.random() < 0.5]
    if "{y}" not in template and not any("1月1日" in text for text in preface):
        preface.append(rng.choice(prose.PERIOD))
    accept: dict[str, tuple[Any, ...]] = {}
    if named and signed and signed != in_title:
        accept["issuer"] = (signed,)
    return {
        "issuer": in_title if named else issuer,
        "place": county,
        "title": title,
        "published": published,
        "signature": tuple(line for line in (signed, dated) if line),
        "dated": bool(dated),
        "preface": say(preface),
        "parts": _parts(rng, headings, say),
        "accept": accept,
    }


def _issuer(rng: Random, province: str, city: str, county: str) -> tuple[str, str]:
    kind = rng.choices(
        ("town", "street", "county", "bureau", "city", "city_bureau", "province_bureau", "ministry"),
        (26, 8, 16, 26, 8, 8, 5, 3),
    )[0]
    if kind == "town":
        town = rng.choice(TOWNS)
        return rng.choice((f"{county}{town}人民政府", f"{county}{town}人民政府", f"{town}人民政府")), f"我{town[-1]}"
    if kind == "street":
        return (
            f"{county}人民政府{rng.choice(STREETS)}办事处"
            if rng.random() < 0.5
            else f"{county}{rng.choice(STREETS)}办事处",
            "我街道",
        )
    if kind == "county":
        return rng.choice((f"{county}人民政府", f"{city}{county}人民政府", f"{county}人民政府办公室")), "我县"
    if kind == "bureau":
        return county + rng.choice(BUREAUS), "我局"
    if kind == "city":
        return f"{city}人民政府", "我市"
    if kind == "city_bureau":
        return city + rng.choice(BUREAUS), "我局"
    if kind == "province_bureau":
        return province + rng.choice(BUREAUS).replace("局", "厅"), "我厅"
    return rng.choice(MINISTRIES), "我局"


def _date(rng: Random, year: int) -> tuple[str | None, str]:
    if rng.random() < 0.15:
        return None, ""
    month, day = rng.choice(
        ((1, rng.randrange(1, 32)), (1, rng.randrange(10, 32)), (2, rng.randrange(1, 28)), (3, rng.randrange(1, 32)))
    )
    written = rng.choice(
        (
            f"{year + 1}年{month}月{day}日",
            f"{year + 1}年{month}月{day}日",
            f"{year + 1} 年 {month} 月 {day} 日",
            f"{chinese_year(year + 1)}年{chinese_number(month)}月{chinese_number(day)}日",
            f"{chinese_year(year + 1).replace('〇', '○')}年{chinese_number(month)}月{chinese_number(day)}日",
            f"{chinese_year(year + 1).replace('〇', '零')}年{chinese_number(month)}月{chinese_number(day)}日",
            f"{year + 1}-{month:02d}-{day:02d}",
            f"{year + 1}.{month}.{day}",
            f"{full_width_digits(year + 1)}年{month}月{day}日",
        )
    )
    return f"{year + 1}-{month:02d}-{day:02d}", written


def chinese_year(year: int) -> str:
    """Return 2022 as 二〇二二."""
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))


def full_width_digits(year: int) -> str:
    """Return 2022 as ２０２２."""
    return str(year).translate(FULL_WIDTH)


def _parts(rng: Random, headings: list[str], say: Callable[[list[str]], tuple[str, ...]]) -> tuple[Part, ...]:
    first = prose.paragraphs(rng, prose.PLAIN, rng.randrange(1, 6))
    if rng.random() < 0.5:
        heads = [f"（{NUMBERS[i]}）{name}" for i, name in enumerate(prose.SUBHEADS)]
        first = [
            line
            for pair in zip(heads, [*first, *["{year}年，{we}按要求完成各项任务。"] * 5], strict=False)
            for line in pair
        ]
    parts = [Part(headings[0], say(first))]
    for table in (2, 3, 4):
        before = [rng.choice(prose.SHORT)] if rng.random() < 0.4 else []
        after = [rng.choice(prose.AFTER)] if rng.random() < 0.15 else []
        parts.append(Part(headings[table - 1], say([text for text in before if text]), table, say(after)))
    problems = prose.paragraphs(rng, prose.PROBLEMS, rng.randrange(1, 5))
    if len(problems) > 1 and rng.random() < 0.4:
        problems = [
            "（一）存在的问题",
            problems[0],
            rng.choice(("（二）改进措施", "（二）下一步工作打算")),
            *problems[1:],
        ]
    parts.append(Part(headings[4], say(problems)))
    parts.append(Part(headings[5], say(rng.sample(prose.OTHERS, rng.choice((1, 1, 1, 2, 3))))))
    return tuple(parts)
