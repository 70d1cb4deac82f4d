"""`python -m cli`: the command `nianbao` without its script."""

from cli import main

main()
