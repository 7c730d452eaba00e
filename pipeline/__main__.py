"""``python -m pipeline``, and what the command ``pipeline`` starts."""

from __future__ import annotations

import sys

from pipeline.unchanged import replay


def main() -> None:
    """Run the command line; see `pipeline.cli.main` for the status that it leaves with."""
    if replay(sys.argv[1:]):
        return
    from pipeline.cli import main as command_line  # loads click, and then what the command takes

    command_line()


if __name__ == "__main__":
    main()
