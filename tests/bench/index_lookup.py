"""Look-ups in the merged index of an archive of many captures: by address, by record id, by digest.

    python tests/bench/index_lookup.py [--lines 10000000] [--files 100] [--look-ups 2000]

Index files are made here, with no WARC behind them but empty ones; the merging is timed, then look-ups of random lines,
in milliseconds of wall time, median and worst: on a page cache as it is, and, a tenth of them, from the disk, which the
system is asked for by forgetting the index before each. The worst are those of the machine (a look-up takes some 3 ms
of processor time, whichever line it asks for): of a disk or a processor that others use meanwhile.
"""

import argparse
import hashlib
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from archive import find, index
from archive.digests import digest_of

LINE = (
    'cn,gov,x{host})/zwgk/{path:08}.htm 20260101000000 {{"url": "http://www.x{host}.gov.cn/zwgk/{path:08}.htm", '
    '"mime": "text/html", "status": "200", "digest": "{digest}", "length": "9000", "offset": "{offset}", '
    '"filename": "{name}", "id": "{id}"}}\n'
)


def digest(number: int) -> str:
    return digest_of(b"%d" % (number // 2))  # each body twice


def record_id(number: int) -> str:
    return f"urn:uuid:{hashlib.md5(b'%d' % number).hexdigest()}"


def url(number: int) -> str:
    return f"http://www.x{number % 977}.gov.cn/zwgk/{number:08}.htm"


def make(folder: Path, lines: int, files: int) -> None:
    """Write the index files: line n goes to file n modulo `files`."""
    for serial in range(files):
        name = f"nianbao-20260101000000-{serial:05}-1.warc.gz"
        (folder / name).touch()
        os.utime(folder / name, (0, 0))
        with open(folder / f"{name.removesuffix('.warc.gz')}.cdxj", "w", encoding="ascii", newline="\n") as file:
            file.writelines(
                sorted(
                    LINE.format(
                        host=number % 977,
                        path=number,
                        digest=digest(number),
                        offset=number * 10,
                        name=name,
                        id=record_id(number),
                    )
                    for number in range(serial, lines, files)
                )
            )


def timed(ask: Callable[[int], int], number: int) -> float:
    start = time.perf_counter()
    if ask(number) < 1:
        raise SystemExit("a look-up found nothing")
    return (time.perf_counter() - start) * 1000


def forget(folder: Path) -> None:
    """Have the system drop the merged index from memory."""
    for path in folder.glob("index.*"):
        with open(path, "rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def told(times: list[float]) -> str:
    return f"median {statistics.median(times):6.2f} ms, worst {max(times):6.2f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--look-ups", type=int, default=2000)
    options = parser.parse_args()
    rng = random.Random(7)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make(folder, options.lines, options.files)
        start = time.process_time()
        index(folder)
        sizes = {path.name: path.stat().st_size / 1e6 for path in folder.glob("index.*")}
        files = ", ".join(f"{name} {size:.0f} MB" for name, size in sorted(sizes.items()))
        sys.stdout.write(
            f"{options.lines} lines of {options.files} files, merged in {time.process_time() - start:.0f} s: {files}\n"
        )
        numbers = [rng.randrange(options.lines) for _ in range(options.look_ups)]
        for name, ask in (
            ("address", lambda number: len(find(folder, url=url(number)))),
            ("record id", lambda number: len(find(folder, id=record_id(number)))),
            ("digest", lambda number: len(find(folder, digest=digest(number)))),
        ):
            warm = [timed(ask, number) for number in numbers]
            cold = []
            for number in rng.sample(numbers, len(numbers) // 10):
                forget(folder)
                cold.append(timed(ask, number))
            sys.stdout.write(f"by {name:10} {told(warm)}; from the disk {told(cold)}\n")


if __name__ == "__main__":
    main()
