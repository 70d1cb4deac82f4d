"""Mutate documents of every format and read them under limits: reports what crashed, hung or ate memory.

    python -m tests.bench.fuzz --n 200000

The same `--seed` gives the same inputs. An input at fault is kept in `--keep`; with one the exit status is 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path

from extract import limits
from extract.errors import UnreadableDocument
from extract.readers import read_document, recognition
from tests.extract.readers.seeds import mutated, seeds

FAULTS = {"crashed", "timeout"}  # and too_large, where it is the guard that says so


def main() -> int:
    """Run the fuzzer over all readers in turn."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--n", type=int, default=20_000, help="inputs, over all readers together")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", help="one of the readers")
    options.add_argument("--seconds", type=float, default=20.0, help="that one input may take")
    options.add_argument("--keep", type=Path, help="folder for the inputs at fault")
    chosen = options.parse_args()
    pool = {kind: seed for kind, seed in seeds().items() if chosen.only in {None, kind}}
    faults = 0
    for kind, (reader, payload) in pool.items():
        chance = random.Random(f"{chosen.seed} {kind}")
        outcomes: Counter[str] = Counter()
        slowest = 0.0
        start = time.monotonic()
        for number in range(chosen.n // len(pool)):
            mutant = mutated(payload, chance)
            before = time.monotonic()
            # Every second mutant goes the way of a document that came over the network, by its first bytes; but not to
            # LibreOffice, which takes a second for each.
            by_bytes = number % 2 and kind != "compound"
            outcome, at_fault = _outcome(partial(read_document) if by_bytes else reader, mutant, chosen.seconds)
            slowest = max(slowest, time.monotonic() - before)
            outcomes[outcome] += 1
            if at_fault:
                faults += 1
                _report(kind, number, outcome, mutant, chosen.keep)
        spent = time.monotonic() - start
        told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
        sys.stdout.write(f"{kind}: {told}; {spent:.0f} s, slowest {slowest:.2f} s\n")
    limits.close()
    return 1 if faults else 0


def _outcome(reader: object, mutant: bytes, seconds: float) -> tuple[str, bool]:
    try:
        limits.guarded(partial(_read, reader), mutant, seconds=seconds, megabytes=1024)
    except UnreadableDocument as error:
        guard = error.reason in FAULTS or error.detail == "the document needs more memory than it may take"
        return (f"{error.reason}: {error.detail}" if guard else error.reason), guard
    return "read", False


def _read(reader: object, mutant: bytes) -> None:
    """Read and give nothing back: what is fuzzed is the reader, not the pipe. Pictures are left alone: 10 s each."""
    vars(recognition)["find_spec"] = _not_installed
    assert callable(reader)
    reader(mutant)


def _not_installed(_: str) -> None:
    return None


def _report(kind: str, number: int, outcome: str, mutant: bytes, keep: Path | None) -> None:
    sys.stderr.write(f"{kind} {number}: {outcome}\n")
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{kind}-{number}").write_bytes(mutant)


if __name__ == "__main__":
    sys.exit(main())
