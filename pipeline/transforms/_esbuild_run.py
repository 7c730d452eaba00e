"""Runs esbuild once, in a folder of its own for what it writes; its program starts in 5 ms, so none is kept."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.diagnostic import Diagnostic
from pipeline.engine.complaints import complaint, ran_as
from pipeline.engine.tools import Tool
from pipeline.errors import TransformError
from pipeline.transforms._esbuild_files import PACKAGES, Files
from pipeline.transforms._esbuild_said import messages

ALWAYS = ("--color=false", "--log-level=warning", "--log-limit=0", "--charset=utf8")
MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64", "i386": "ia32", "i686": "ia32"}
OTHERS = 3
"""Errors that are told besides the first."""


def native(file: str) -> str:
    """The program of npm's package esbuild, where a script stands in its place that has Node start it."""
    system = "win32" if sys.platform == "win32" else sys.platform.rstrip("0123456789")
    name = f"{system}-{MACHINES.get(platform.machine().lower(), '')}"
    program = ("esbuild.exe",) if system == "win32" else ("bin", "esbuild")
    linked = Path(os.path.realpath(file)).parent.parent
    beside = Path(os.path.realpath(Path(file).parent.parent / "esbuild"))
    for package in (linked, beside):
        if package.name == "esbuild":
            for folder in (package / PACKAGES, package.parent):
                found = folder.joinpath("@esbuild", name, *program)
                if found.is_file():
                    return str(found)
    return file


ESBUILD = Tool("esbuild", "npm install esbuild", behind=native)


@dataclass(frozen=True, slots=True)
class Call:
    """What esbuild is asked for.

    Attributes:
        arguments: but for those that say where its output goes.
        path: of the asset, for messages.
        content: of the asset, as esbuild is given it.
        entry: as esbuild calls the asset.
        given: what it reads from standard input.
        seconds: after which it is ended.
    """

    arguments: Sequence[str]
    path: str
    content: bytes
    entry: str
    given: bytes
    seconds: float


def ran(call: Call, files: Files, folder: str, output: str) -> list[Diagnostic]:
    """Run it; returns its warnings.

    Args:
        call: what it is asked for.
        files: that it names.
        folder: that it works in.
        output: an empty folder that it writes into.

    Raises:
        TransformError: it failed, with the first of its errors and where that is.
        ToolNotFound: there is no esbuild.
    """
    arguments = [*ALWAYS, *call.arguments, f"--outdir={output}"]
    settings = {"NODE_PATH": os.path.join(files.project, PACKAGES)}
    result = files.fetch.tools.attempt(
        ESBUILD, arguments, folder=Path(folder), seconds=call.seconds, given=call.given, settings=settings
    )
    name, read = partial(_name, call, files), partial(_read, call, files)
    told = [each.diagnostic(name, read) for each in messages(result.said)]
    errors = [each for each in told if each.severity == "error"]
    hint = ran_as([ESBUILD.name, *call.arguments])
    if result.late or result.flooded or (result.status and not errors):
        raise TransformError(complaint(ESBUILD.name, result, call.seconds, Path(output)), hint=hint)
    if errors:
        raise _error(errors)
    return [replace(each, message=f"esbuild: {each.message}") for each in told]


def read_output(file: str) -> bytes:
    """What esbuild wrote.

    Raises:
        TransformError: it wrote no such file.
    """
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise TransformError(f"'esbuild' wrote no file {os.path.basename(file)!r}: {error.strerror}") from error


def metafile(file: str) -> Any:
    """What it says it did, https://esbuild.github.io/api/#metafile.

    Raises:
        TransformError: it did not say so.
    """
    try:
        meta = json.loads(read_output(file))
        if isinstance(meta["inputs"], dict) and isinstance(meta["outputs"], dict):
            return meta
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TransformError(f"'esbuild' wrote a metafile that cannot be read: {error!r}") from error
    raise TransformError("'esbuild' wrote a metafile that cannot be read")


def _error(errors: Sequence[Diagnostic]) -> TransformError:
    first, *others = errors
    more = [f"{each.path}:{each.line}: {each.message}" if each.path else each.message for each in others[:OTHERS]]
    if len(others) > OTHERS:
        more.append(f"{len(others) - OTHERS} more")
    hint = " | ".join([*filter(None, [first.hint]), *(["also " + ", ".join(more)] if more else [])])
    place = {"path": first.path, "line": first.line, "column": first.column}
    return TransformError(first.message, **place, hint=hint, excerpt=first.excerpt)  # type: ignore[arg-type]


def _name(call: Call, files: Files, name: str) -> str:
    return call.path if name == call.entry else files.name(files.file(name))


def _read(call: Call, files: Files, name: str) -> bytes | None:
    if name == call.entry:
        return call.content
    file = files.file(name)
    return files.read(file) if files.is_ours(file) else None
