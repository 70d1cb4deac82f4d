"""Answers that the site's own pages share."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import Request, Response


async def page(datasette: Any, request: Request, template: str, context: dict[str, Any]) -> Response:
    """Show a template; the answer may be kept as long as one of Datasette's own."""
    text = await datasette.render_template(template, context, request=request)
    lifetime = datasette.setting("default_cache_ttl")
    return Response.html(text, headers={"Cache-Control": f"max-age={lifetime}"})


async def sorry(datasette: Any, request: Request, status: int, zh: str, en: str) -> Response:
    """Say what is not there, or not now, or not allowed: by a page, or by JSON where JSON was asked for."""
    if request.path.partition("?")[0].endswith(".json"):
        return Response.json({"ok": False, "status": status, "error": f"{zh} {en}"}, status=status)
    text = await datasette.render_template("error.html", {"status": status, "zh": zh, "en": en}, request=request)
    return Response.html(text, status=status)
