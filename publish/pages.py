"""The pages of the site that are not Datasette's: home, search, about, and a report."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

from datasette.utils.asgi import Request, Response

from publish import authority as authorities
from publish import form
from publish import report as reports
from publish.originals import original_url
from publish.query import first, rows
from publish.responses import page, sorry
from publish.search import Question, ask

_LATEST = 8


def report_url(report_id: str) -> str:
    """Return the address of a report's page."""
    return f"/report/{quote(report_id, safe='')}"


def figure_url(report_id: str, cell: str) -> str:
    """Return the address of a figure, the same in every build: that of its cell ("table3.received.total"), or of the
    table where it stands in no single one.
    """
    return f"{report_url(report_id)}/{cell}" if cell else f"{report_url(report_id)}#table4"


def figure_in_row(source: str | None, row: Any, column: str) -> str:
    """Return the address of the figure that stands in a column of a row of the database, "" where none does."""
    if source == "reports":
        cells = {heading.name: cell for heading, cell in authorities.HEADLINES.items()}
        return figure_url(row["id"], cells[column]) if column in cells else ""
    for table, (name, key) in form.SOURCES.items():
        if name == source and form.parse_cell_name(cell := form.cell_name(table, row[key], column)):
            report = row["report_id"]  # on the page of a table with its label
            return figure_url(report["value"] if isinstance(report, dict) else report, cell)
    return ""


def authority_url(authority_id: str) -> str:
    """Return the address of an authority's page."""
    return f"/authority/{quote(authority_id, safe='')}"


async def home(request: Request, datasette: Any) -> Response:
    """Show what the database holds and the ways into it."""
    db = datasette.get_database("nianbao")
    everything = await ask(db, Question())
    latest = await rows(
        db,
        "select r.id, r.title, r.report_year, r.published, a.name authority from reports r "
        "join authorities a on a.id = r.authority_id order by r.published desc, r.id limit ?",
        [_LATEST],
    )
    holdings = await first(
        db,
        "select (select count(distinct authority_id) from reports) authorities, "
        "(select count(*) from captures) captures, (select count(*) from findings) findings, "
        "(select min(report_year) from reports) first_year, (select max(report_year) from reports) last_year",
    )
    context = {
        "answer": everything,
        "question": everything.question,
        "latest": latest,
        "holdings": holdings,
        "metadata": datasette.metadata(),
    }
    return await page(datasette, request, "home.html", context)


async def search(request: Request, datasette: Any) -> Response:
    """Show the reports that answer a question."""
    answer = await ask(datasette.get_database("nianbao"), Question.of(request.args))
    return await page(datasette, request, "search.html", {"answer": answer, "question": answer.question})


async def about(request: Request, datasette: Any) -> Response:
    """Say what the data are, what they are not, and how to quote them."""
    db = datasette.get_database("nianbao")
    run = await first(db, "select * from extractions order by id desc limit 1")
    context = {"run": run, "metadata": datasette.metadata()}
    return await page(datasette, request, "about.html", context)


async def report(request: Request, datasette: Any) -> Response:
    """Show one report as the form that its readers know."""
    report_id = unquote(request.url_vars["report_id"])
    found = await reports.load(datasette.get_database("nianbao"), report_id)
    if found is None:
        return await sorry(datasette, request, 404, "没有这份年报。", "There is no such report.")
    return await page(
        datasette, request, "report.html", {"report": found, "form": form, "headlines": authorities.HEADLINES}
    )


async def figure(request: Request, datasette: Any) -> Response:
    """Lead to the archived original that shows a figure of a report, marked in it."""
    report_id, name = unquote(request.url_vars["report_id"]), unquote(request.url_vars["cell"])
    cell = form.parse_cell_name(name)
    capture = cell and await reports.origin(datasette.get_database("nianbao"), report_id, *cell[:2])
    if not capture:
        return await sorry(datasette, request, 404, "没有这个数字。", "There is no such figure.")
    return Response.redirect(original_url(capture, name))


async def authority(request: Request, datasette: Any) -> Response:
    """Show one authority: its reports over the years, and the authorities below it."""
    found = await authorities.load(datasette.get_database("nianbao"), unquote(request.url_vars["authority_id"]))
    if found is None:
        return await sorry(datasette, request, 404, "没有这个机关。", "There is no such authority.")
    context = {"authority": found, "headlines": authorities.HEADLINES}
    return await page(datasette, request, "authority.html", context)


async def robots(request: Request, datasette: Any) -> Response:  # noqa: ARG001 - Datasette calls views by these names
    """Let search engines in, but not into the archived pages: those belong to the portals that published them."""
    return Response.text("User-agent: *\nDisallow: /-/\nDisallow: /search\n")
