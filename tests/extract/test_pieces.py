"""A report cut into pages of an article: one report of all of them, each figure with the page that carries it."""

from dataclasses import replace
from html import escape

import pytest

from extract import read
from extract.database import open_database
from extract.form import table3_rows
from extract.neighbours import are_pieces
from extract.run import extract
from tests.extract.archives import Page, metadata, read_stated, report, write_archive
from tests.extract.readers.made import zipped
from tests.extract.sheets import figures2, figures3, sheet2, sheet3, sheet4

SITE = "http://www.jiangyou.gov.cn/zwgk/202601/t20260120_7"
WHOLE, SECOND, THIRD = (f"{SITE}{end}.html" for end in ("", "_1", "_2"))
TITLE = "江油市2025年政府信息公开工作年度报告"
HEADS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
PROSE = "全年坚持以公开为常态、不公开为例外，主动公开各类政府信息，及时回应社会关切，群众满意度不断提高。"


def table(rows):
    cells = (
        "".join(f'<td colspan="{c.colspan}" rowspan="{c.rowspan}">{escape(c.text)}</td>' for c in row) for row in rows
    )
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def p(text):
    return f"<p>{text}</p>"


def html(*blocks):
    pager = "".join(f'<a href="t20260120_7{end}.html">{k}</a> ' for k, end in enumerate(("", "_1", "_2"), 1))
    body = "".join(blocks)
    return (
        f"<html><head><title>{TITLE}</title></head><body><div class=nav><a href=/>首页</a></div><h1>{TITLE}</h1>"
        f"<p>发布时间：2026-01-20</p><div class=TRS_Editor>{body}</div><div>{pager}<a>下一页</a></div></body></html>"
    )


OPENING = (p(HEADS[0]), p(PROSE), p(HEADS[1]), table(sheet2()))
CLOSING = (p(HEADS[3]), table(sheet4()), p(HEADS[4]), p("公开的" + PROSE), p(HEADS[5]), p("没有" + PROSE))
WAYS = {
    "between the tables": (OPENING, (p(HEADS[2]), table(sheet3())), CLOSING),
    "through table 3": (
        (*OPENING, p(HEADS[2]), table(sheet3()[:9])),
        (table(sheet3()[9:]),),
        CLOSING,
    ),
    "prose apart": (OPENING[:2], (*OPENING[2:], p(HEADS[2]), table(sheet3()), *CLOSING[:2]), CLOSING[2:]),
}


def pages(way, *, without=()):
    pieces = [
        Page(url, magic=html(*blocks), minutes=number, metadata=metadata(**noted))
        for number, (url, blocks, noted) in enumerate(
            zip((WHOLE, SECOND, THIRD), WAYS[way], ({}, {"piece_of": WHOLE}, {"piece_of": WHOLE}), strict=True)
        )
    ]
    lost = {"status": "404 Not Found", "magic": "not found"}
    return [
        Page(one.url, **lost, minutes=one.minutes, metadata={**one.metadata, "outcome": "not_found"})
        if one.url in without
        else one
        for one in pieces
    ]


@pytest.fixture
def rows(tmp_path):
    def rows(sql):
        opened = open_database(tmp_path / "n.db")
        found = [tuple(row) for row in opened.execute(sql)]
        opened.close()
        return found

    return rows


def run(tmp_path, listed):
    return extract(archive=write_archive(tmp_path / "a", listed), db=tmp_path / "n.db")


CARRIED = {
    "between the tables": [(WHOLE, None), (SECOND, "table3"), (THIRD, "table4 sections")],
    "through table 3": [
        (WHOLE, " ".join(f"table3/{row}" for row in table3_rows("2021")[:6])),
        (SECOND, "table3"),
        (THIRD, "table4 sections"),
    ],
    "prose apart": [(WHOLE, None), (SECOND, "table2 table3 table4"), (THIRD, "sections")],
}


@pytest.mark.parametrize("way", WAYS)
def test_the_pieces_of_an_article_are_one_report(tmp_path, rows, way):
    done = run(tmp_path, pages(way))
    assert (done.reports, done.renditions, done.refusals) == (1, 3, {})
    assert rows("select id, url, title, published, status from reports") == [
        ("510781-2025", WHOLE, TITLE, "2026-01-20", "verified")
    ]
    assert rows("select heading, text from sections") == [
        *zip(HEADS, (PROSE, "", "", "", "公开的" + PROSE, "没有" + PROSE), strict=True)
    ]
    assert rows("select * from warnings") == []
    columns = "natural_person, business, research, public_interest, legal_service, other_org, total"
    assert rows(f"select outcome, {columns} from applications") == [
        (row, *values) for row, values in figures3().items()
    ]
    assert rows("select decisions from disclosures where row = 'licensing'") == [tuple(figures2()["licensing"])]
    assert rows("select url, carries from renditions order by length(url), url") == CARRIED[way]


def test_pieces_are_read_once_and_the_rows_are_those_of_the_first_run(tmp_path, rows):
    folder = write_archive(tmp_path / "a", pages("between the tables"))
    first = extract(archive=folder, db=tmp_path / "n.db")
    before = rows("select * from applications")
    again = extract(archive=folder, db=tmp_path / "n.db")
    assert (first.read, again.read, rows("select * from applications")) == (3, 0, before)


@pytest.mark.parametrize("without", [SECOND, THIRD, WHOLE])
def test_a_report_without_one_of_its_pieces_says_so(tmp_path, rows, without):
    run(tmp_path, pages("between the tables", without=[without]))
    assert rows("select count(*) from reports") == [(1,)]
    assert f"{without}: this piece of the report is not in the archive" in [
        text for (text,) in rows("select text from warnings")
    ]


def test_a_piece_alone_is_no_report_but_shows_where_its_figures_stand():
    (_, second, _) = pages("between the tables")
    reading = read(second.magic.encode(), url=SECOND, metadata=second.metadata)
    assert (reading.genre, reading.rule) == ("candidate", f"a piece of {WHOLE}")
    assert reading.table3["received"][0].place == "t0r3c1"


def test_pieces_of_what_is_no_report_are_refused_each(tmp_path, rows):
    other = [
        Page(url, magic=f"<html><title>工作年度报告会</title><p>{PROSE}</p></html>", metadata=metadata(**noted))
        for url, noted in ((WHOLE, {}), (SECOND, {"piece_of": WHOLE}))
    ]
    run(tmp_path, other)
    assert rows("select url, genre from refusals") == [(WHOLE, "rejected"), (SECOND, "candidate")]


def parts(*names):
    """An archive with the prose and each table of a report in a file of its own."""
    files = {
        "3.html": page_of(table(sheet3())),
        "正文.html": html(*(p(text) for head in HEADS for text in (head, PROSE))),
        "2.html": page_of(table(sheet2())),
        "4.html": page_of(table(sheet4())),
    }
    return zipped({name: files[name] for name in names or files})


def page_of(*blocks):
    return f"<html><body>{''.join(blocks)}</body></html>"


def test_a_report_whose_tables_are_files_of_an_archive_is_read_as_one():
    reading = read(parts())
    assert (reading.title, reading.warnings) == (TITLE, ())
    assert dict(reading.status) == {"table2": "verified", "table3": "verified", "table4": "verified"}
    assert [cell.value for cell in reading.table3["received"]] == figures3()["received"]
    assert [section.heading for section in reading.sections] == list(HEADS)


def test_prose_that_an_archive_has_apart_from_all_tables_is_the_report_s():
    prose = page_of(p(TITLE), *(p(text) for head in HEADS for text in (head, PROSE)))
    tables = page_of(p(TITLE), table(sheet2()), table(sheet3()), table(sheet4()))
    reading = read(zipped({"正文.html": prose, "附表.html": tables}))
    assert set(reading.status.values()) == {"verified"}
    assert [section.heading for section in reading.sections] == list(HEADS)


def test_a_file_that_the_archive_lacks_is_told():
    reading = read(parts("正文.html", "2.html", "4.html"))
    assert (reading.status["table3"], reading.warnings) == ("absent", ("table3: not found",))


def test_of_an_archive_with_the_reports_of_two_years_the_later_is_read():
    tables = (table(sheet2()), table(sheet3()), table(sheet4()))
    report = page_of(p(TITLE), *(p(text) for head in HEADS for text in (head, PROSE)), *tables)
    reading = read(zipped({"甲.html": report.replace("2025年", "2024年"), "乙.html": report}))
    assert reading.report_year == 2025
    told = "the archive holds further reports, 乙.html is read: 甲.html"
    assert {f"{table}: {told}" for table in ("table2", "table3", "table4")} <= {*reading.warnings}


def unnoted(page):
    return replace(page, metadata={})


@pytest.mark.parametrize("way", ["between the tables", "prose apart"])
def test_pieces_of_which_no_crawl_noted_anything_are_known_by_their_links(tmp_path, rows, way):
    run(tmp_path, map(unnoted, pages(way)))
    assert rows("select count(*), min(status), min(url) from reports") == [(1, "verified", WHOLE)]
    assert rows("select url, carries from renditions order by length(url), url") == CARRIED[way]


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("t7_1.html", True),
        ("t7-2.html", True),
        ("t7.html?page=2", True),
        ("t7.html?id=8", False),
        ("t8.html", False),
        ("t8_1.html", False),
        ("t7_123.html", False),
    ],
)
def test_the_addresses_of_an_article_s_pieces_differ_in_the_number_of_the_page_only(other, same):
    site = "http://www.jiangyou.gov.cn/zwgk/"
    assert are_pieces(f"{site}t7.html", site + other) == are_pieces(site + other, f"{site}t7.html") == same


FILE = "http://www.jiangyou.gov.cn/dl.jsp?id=7"


def test_a_page_without_a_crawl_s_notes_tells_of_the_file_that_it_leads_to(tmp_path, rows):
    leading = html(p(f'附件：<a href="{FILE}">下载</a>'))
    lines = [*HEADS[:2], *lines_of(sheet2()), HEADS[2], *lines_of(sheet3()), HEADS[3], *lines_of(sheet4()), PROSE]
    run(tmp_path, [Page(WHOLE, magic=leading), Page(FILE, magic="\n".join(lines), mime="text/plain; charset=utf-8")])
    assert rows("select title, url, status from reports") == [(TITLE, FILE, "verified")]
    assert rows("select text from warnings where text like 'title:%'") == [
        ("title: stated on the page that leads here, not in the document",)
    ]


def test_a_page_tells_of_the_article_in_its_frame(tmp_path, rows):
    framed = page_of(*(p(head) for head in HEADS), table(sheet2()), table(sheet3()), table(sheet4()), p(PROSE))
    leading = html('<iframe src="/nb/41_body.html"></iframe>')
    run(tmp_path, [Page(WHOLE, magic=leading), Page("http://www.jiangyou.gov.cn/nb/41_body.html", magic=framed)])
    assert rows("select title, report_year, status from reports") == [(TITLE, 2025, "verified")]


def test_the_pictures_of_a_page_with_a_report_s_title_only_are_read(tmp_path, rows):
    site = "http://www.jiangyou.gov.cn/"
    title = "<title>年度报告</title>"
    shown = "".join(f'<img src="/{name}.gif">' for name in ("1", "2"))
    listed = [
        Page(f"{site}t7.html", report(genre="candidate"), magic=f'{title}{shown}<img src="/logo.gif">'),
        Page(f"{site}t8.html", report(year=2024, genre="candidate"), magic=f'{title}<img src="/logo.gif">'),
        *(Page(f"{site}{name}.gif", report(), magic="GIF8", mime="image/gif") for name in ("1", "2", "logo")),
    ]
    extract(archive=write_archive(tmp_path / "a", listed), db=tmp_path / "n.db", read=read_stated)
    assert rows("select url from renditions order by url") == [(f"{site}1.gif",), (f"{site}2.gif",)]


def lines_of(rows):
    return ["\t".join(cell.text for cell in row) for row in rows]
