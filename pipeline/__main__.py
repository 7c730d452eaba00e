"""``python -m pipeline``, and what the command ``pipeline`` starts."""

from __future__ import annotations

import sys

from pipeline.incremental.unchanged import look, replay


def main() -> None:
    """Run the command line; see `pipeline.cli.main` for the status that it leaves with."""
    seen = look(sys.argv[1:])
    if seen and seen.edited == []:
        replay(seen, sys.argv[1:])
        return
    from pipeline.cli import main as command_line  # loads click, and then what the command takes

    command_line(seen=seen)


if __name__ == "__main__":
    main()
