"""``python -m pipeline``, and what the command ``pipeline`` starts."""

from __future__ import annotations

import gc
import sys

from pipeline.incremental.unchanged import look, replay

OBJECTS = 100_000
"""How many are made before it is looked which of them are garbage: next to none, for a build keeps what it makes."""


def main() -> None:
    """Run the command line; see `pipeline.cli.main` for the status that it leaves with."""
    seen = look(sys.argv[1:])
    if seen and seen.edited == []:
        replay(seen, sys.argv[1:])
        return
    gc.set_threshold(OBJECTS)
    from pipeline.cli import main as command_line  # loads click, and then what the command takes

    try:
        command_line(seen=seen)
    finally:
        gc.freeze()  # all goes with the process, and to look once more for garbage first takes 20 ms


if __name__ == "__main__":
    main()
