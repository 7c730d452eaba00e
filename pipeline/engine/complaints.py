"""What is wrong with a program that did not end well, in its own words, and the place that it names."""

from __future__ import annotations

import os
import shlex
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.engine.running import MOST, Ran
from pipeline.expressions import expression

WORDS = 1500, 500
"""Characters that a message takes of the beginning and of the end of what a tool says."""
ESCAPE = expression(r"\x1b\[[0-?]*+[ -/]*+[@-~]")
_SEARCHED = 64 << 10
PLACE = expression(r"""(?<![^\s:()'"])([^\s:()'"]++)(?::|\()([1-9]\d{0,8})(?:[:,](\d{1,9}))?""")


def complaint(name: str, ran: Ran, seconds: float, folder: Path | None = None) -> str:
    """Why a tool did not end well, with its own words behind it, but for the folder that it worked in."""
    if ran.late:
        how = f"was ended, for it took longer than {seconds:g} seconds"
    elif ran.flooded:
        how = f"was ended, for it wrote more than {MOST >> 20} MB"
    elif ran.status < 0:
        how = f"was ended by the signal {_signal(-ran.status)}"
    else:
        how = f"failed with status {ran.status}"
    said = words(_without(folder, ran.said)) or words(_without(folder, ran.output))
    return f"{name!r} {how}: {said}" if said else f"{name!r} {how}"


def ran_as(command: Sequence[str]) -> str:
    """A command line for people."""
    return f"it ran as: {_cut(shlex.join(command))}"


def words(said: bytes) -> str:
    """What a tool said as one line, without colours; what is long is cut in its middle."""
    text = said[:_SEARCHED].decode("utf-8", "replace")
    lines = (line.strip() for line in ESCAPE.sub("", text).splitlines())
    return _cut(" | ".join(line for line in lines if line))


def place(ran: Ran, folder: Path, names: Mapping[str, str]) -> tuple[str, int, int | None] | None:
    """The first place in a file that a tool names, as ``FILE:LINE:COLUMN`` or ``FILE(LINE,COLUMN)``.

    Args:
        ran: with what it said.
        folder: that it worked in.
        names: of files below that, and what people call them.
    """
    for said in (ran.said, ran.output[:_SEARCHED]):
        for match in PLACE.finditer(ESCAPE.sub("", _without(folder, said).decode("utf-8", "replace"))):
            if match[1] in names:
                return names[match[1]], int(match[2]), int(match[3]) if match[3] else None
    return None


def _without(folder: Path | None, said: bytes) -> bytes:
    return said.replace(os.fsencode(f"{folder}{os.sep}"), b"") if folder else said


def _cut(text: str) -> str:
    begin, end = WORDS
    return text if len(text) <= begin + end else f"{text[:begin]} … {text[-end:]}"


def _signal(number: int) -> str:
    return signal.Signals(number).name if number in {*signal.Signals} else str(number)
