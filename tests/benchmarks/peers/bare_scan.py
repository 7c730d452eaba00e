"""The floor of a build with nothing to do: one stat for every file below a folder, ``bare_scan.py SOURCE``."""

from __future__ import annotations

import os
import sys


def main() -> None:
    folders = [sys.argv[1]]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    entry.stat()


if __name__ == "__main__":
    main()
