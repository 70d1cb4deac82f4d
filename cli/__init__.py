"""The command `nianbao`: `commands` wires the rooms together, its parts are what several commands share."""

import signal


def main(arguments: list[str] | None = None) -> None:
    """Run a command line; Ctrl-C while the commands are still being loaded ends it by the signal, with no traceback."""
    is_heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not so in the background of a script
    if is_heeded:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from cli.commands import nianbao

    if is_heeded:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    nianbao(arguments, prog_name="nianbao")
