"""Runs a command and writes how long it took and how much memory: ``launch.py RESULT COMMAND …``.

It stands alone and is started without site-packages: a child is said to have had at least the memory of the process
that started it, so that one has to be small.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> None:
    result, command = sys.argv[1], sys.argv[2:]
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - start
    with open(result, "w") as file:
        found = {
            "status": os.waitstatus_to_exitcode(status),
            "seconds": seconds,
            "cpu": usage.ru_utime + usage.ru_stime,
            "peak_kb": usage.ru_maxrss,
        }
        json.dump(found, file)


if __name__ == "__main__":
    main()
