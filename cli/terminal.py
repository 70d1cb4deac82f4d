"""What the terminal sees: errors in one line, progress bars, sums."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

# (module, name) of the roots of all errors that a user can meet; imported only when something went wrong.
_ERRORS = (
    ("archive.errors", "ArchiveError"),
    ("crawler.errors", "CrawlError"),
    ("extract.errors", "ExtractError"),
    ("findings.errors", "FindingsError"),
    ("publish.errors", "PublishError"),
)


class Commands(click.Group):
    """A group that tells errors in one line."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command line; what a terminal's encoding lacks is written escaped, and without a locale it is UTF-8."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                without = stream.encoding.lower() in ("ascii", "us-ascii", "ansi_x3.4-1968")
                stream.reconfigure(encoding="utf-8" if without else None, errors="backslashreplace")
        return super().main(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
            ctx.exit(130)
        except BrokenPipeError:
            sys.stderr.close()  # the reader of our output has gone; there is nobody to tell
            ctx.exit(1)
        except OSError as error:
            raise click.ClickException(f"{error.filename or 'the system'}: {error.strerror or error}") from error
        except Exception as error:
            if _is_ours(error):
                raise click.ClickException(printable(str(error))) from error
            raise


def _is_ours(error: Exception) -> bool:
    names = {f"{cls.__module__}.{cls.__name__}" for cls in type(error).__mro__}
    return any(f"{module}.{name}" in names for module, name in _ERRORS)


@contextmanager
def bar(what: str, quiet: bool, *, unit: str = "") -> Iterator[Callable[[int, int], None]]:
    """A progress bar with rate and time left on stderr; nothing where it is unwanted or nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    progress = import_module("rich.progress")
    console = import_module("rich.console").Console(stderr=True)
    columns = [
        progress.TextColumn(what),
        progress.BarColumn(),
        progress.TaskProgressColumn(show_speed=True),
        progress.TextColumn(f"{{task.completed:,.0f}} of {{task.total:,.0f}} {unit}"),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
    ]
    with progress.Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=1)
        yield lambda done, total: bar.update(task, completed=done, total=max(total, 1))


def printable(text: str) -> str:
    """Return text in which control characters, by which a document could command the terminal, are written escaped."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def say(quiet: bool, line: str) -> None:
    if not quiet:
        click.echo(printable(line))


def fail_if(failed: bool) -> None:
    if failed:
        click.get_current_context().exit(1)
