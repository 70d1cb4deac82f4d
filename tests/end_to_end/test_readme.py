"""What the documents name is there: each command has its place in the README, and no option or module is named that is
none.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli.commands import nianbao

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"nianbao ((?:archive )?[a-z]+(?:\\?\|[a-z]+)*)([^`\n#]*)")


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} ")
        else:
            yield f"{before}{name}", command


COMMANDS = dict(commands(nianbao))


def named(readme: str) -> list[tuple[str, str]]:
    text = (ROOT / readme).read_text(encoding="utf-8")
    return [(name, rest) for name, rest in NAMED.findall(text) if name in COMMANDS]


def test_each_command_has_its_place() -> None:
    assert {name for name, _ in named("README.md")} == set(COMMANDS)


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_options_that_are_named_are_taken(readme: str) -> None:
    found = named(readme)
    taken = {name: {word for option in command.params for word in option.opts} for name, command in COMMANDS.items()}
    assert sum("--" in rest for _, rest in found) >= 5
    assert [
        (name, word) for name, rest in found for word in re.findall(r"--[a-z-]+", rest) if word not in taken[name]
    ] == []


def test_the_modules_in_the_tables_of_the_architecture_are_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    cells = [cell for row in re.findall(r"^\|.*\|$", text, re.MULTILINE) for cell in row.split("|")[1:2]]
    rooms = [ROOT / room for room in ("archive", "crawler", "extract", "findings", "publish", "cli")]
    there = {path.stem for room in rooms for path in room.rglob("*")}
    named = [name for cell in cells for name in re.findall(r"`([a-z_0-9]+)/?`", cell)]
    assert len(named) > 70
    assert [name for name in named if name not in there] == []
