"""The commands `nianbao archive …`: fixity, index, packages and single captures."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.options import ARCHIVE, FOLDER, QUIET
from cli.terminal import Commands, bar, fail_if, printable, say


@click.group("archive", cls=Commands)
def group() -> None:
    """Fixity, index, packages and single captures of the archive."""


@group.command()
@ARCHIVE
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
@QUIET
def verify(archive: Path, as_json: bool, quiet: bool) -> None:
    """Read every byte of the archive and say what is amiss."""
    from archive import verify as verify_folder

    with bar("verifying", quiet or as_json) as advance:
        report = verify_folder(archive, progress=advance)
    click.echo(report.json() if as_json else printable(report.text()))
    fail_if(not report.ok)


@group.command()
@ARCHIVE
@QUIET
def index(archive: Path, quiet: bool) -> None:
    """Write the CDXJ index of files that lack one."""
    from archive import index as index_folder

    with bar("indexing", quiet) as advance:
        written = index_folder(archive, progress=advance)
    for path in written:
        say(quiet, str(path))
    say(quiet, f"{len(written)} indexes written")


@group.command()
@ARCHIVE
@click.argument("wanted", metavar="URL|ID|DIGEST")
@click.option("--raw", is_flag=True, help="The response exactly as it crossed the wire, on stdout.")
@click.option("--body", is_flag=True, help="The body, de-chunked and decoded, on stdout.")
def show(archive: Path, wanted: str, raw: bool, body: bool) -> None:
    """Show the newest capture of an address or of a digest (sha1:…, as the index has it), or that of an id (urn:…)."""
    from archive import find, read_capture, wire_pieces

    if raw and body:
        raise click.UsageError("name either --raw or --body")
    sign = {"urn": "id", "sha1": "digest"}.get(wanted.partition(":")[0], "url")
    found = find(archive, **{sign: wanted})
    if not found:
        raise click.ClickException(f"{archive}: holds no capture of {wanted}")
    place = (archive, found[-1].filename, found[-1].offset, found[-1].length)
    if raw:
        sys.stdout.buffer.writelines(wire_pieces(*place))
        return
    capture = read_capture(*place)
    if body:
        sys.stdout.buffer.write(capture.payload)
        return
    lines = [
        capture.url,
        f"{capture.fetched_at.isoformat()}  {capture.id}  {capture.warc} {capture.offset}+{capture.length}",
        f"{capture.status}  {capture.mime}  {len(capture.payload)} bytes  {capture.digest}",
        *(f"  {name}: {value}" for name, value in (*capture.headers, *capture.metadata.items())),
        *([f"{len(found)} captures, this is the newest"] if len(found) > 1 else []),
    ]
    for line in lines:
        click.echo(printable(line))


@group.command()
@ARCHIVE
@click.option("--out", type=click.Path(path_type=Path), help="The package to write: FILE.wacz.")
@click.option("--url", "urls", multiple=True, help="Only the captures of this address, and what belongs to them.")
@click.option("--portal", help="Only what the crawl fetched from the portal of this authority.")
@click.option("--title", default="", help="A title for the package.")
@click.option("--key", type=click.Path(path_type=Path), help="Sign with this key; `nianbao archive key` makes one.")
@click.option(
    "--created",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]),
    help="The time that the package states, UTC where it names no zone; the same gives the same bytes.",
)
@click.option("--verify", "package", type=click.Path(path_type=Path), help="Check this package instead.")
@click.option("--public-key", type=click.Path(path_type=Path), help="With --verify: who must have signed it (*.pub).")
@click.option("--json", "as_json", is_flag=True, help="With --verify: the report as JSON.")
@QUIET
def wacz(
    archive: Path,
    out: Path | None,
    urls: tuple[str, ...],
    portal: str | None,
    title: str,
    key: Path | None,
    created: datetime | None,
    package: Path | None,
    public_key: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Package the archive as one WACZ file, which replayweb.page opens; with --verify, check such a file."""
    if (out is None) == (package is None):
        raise click.UsageError("name either --out FILE.wacz to write one or --verify FILE.wacz to check one")
    foreign = (public_key, as_json) if package is None else (urls, portal, title, key, created)
    if any(foreign):
        raise click.UsageError("--public-key and --json are for --verify, all others but --archive for --out")
    if package is not None:
        _verify_wacz(package, public_key, as_json=as_json, quiet=quiet)
        return
    from archive.signature import load_key
    from archive.wacz import select, write_wacz

    assert out is not None
    at = created or datetime.now(UTC)
    with bar("packaging", quiet) as advance:
        packaged = write_wacz(
            archive,
            out,
            chosen=select(archive, urls=urls, portal=portal),
            title=title,
            created=at if at.tzinfo else at.replace(tzinfo=UTC),
            key=load_key(key) if key else None,
            progress=advance,
        )
    for line in packaged.left_out:
        click.echo(printable(f"left out: {line}"), err=True)
    say(
        quiet,
        f"{out}: {packaged.captures} captures, {packaged.pages} pages, {packaged.bytes} bytes, "
        + (f"signed by {packaged.key}" if packaged.key else "not signed"),
    )


@group.command()
@FOLDER
@click.option("--to", "address", required=True, help="Where to: s3://bucket/folder, or another that fsspec knows.")
@QUIET
def upload(archive: Path, address: str, quiet: bool) -> None:
    """Send the sealed files to an address, those that are not there yet; what was interrupted goes on."""
    from archive.remote import upload as send

    with bar("sending", quiet) as advance:
        uploaded = send(archive, address, progress=advance)
    for line in uploaded.left_out:
        click.echo(printable(f"left out: {line}"), err=True)
    say(quiet, f"{address}: {uploaded.sent} files sent, {uploaded.bytes} bytes; {uploaded.there} were there")


@group.command()
@click.argument("file", type=click.Path(path_type=Path))
def key(file: Path) -> None:
    """Make a key that packages are signed with: FILE, to be kept secret, and FILE.pub, to be published."""
    from archive.signature import make_key

    click.echo(f"{file}: keep it secret; {file}.pub: publish it\n{make_key(file)}")


def _verify_wacz(package: Path, public_key: Path | None, *, as_json: bool, quiet: bool) -> None:
    from archive.wacz_check import verify_wacz

    with bar("verifying", quiet or as_json) as advance:
        report = verify_wacz(package, public_key=public_key, progress=advance)
    click.echo(report.json() if as_json else printable(report.text()))
    fail_if(not report.ok)
