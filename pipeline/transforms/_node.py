"""Tools of npm, called as the libraries that they are: so all that they read, or looked for in vain, is known.

`_node_scripts/host.cjs` runs in Node, loads the project's own tool, and watches which files it and its plug-ins open.
It stays up for the next call, as long as the files are the same that it has in memory.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.asset import Asset
from pipeline.diagnostic import Diagnostic
from pipeline.engine.fetch import Fetch
from pipeline.engine.tools import Tool, files_of
from pipeline.errors import ToolNotFound, TransformError
from pipeline.transforms._places import Places

if TYPE_CHECKING:
    from pipeline.engine.running import Ran

HOST = Path(__file__).with_name("_node_scripts") / "host.cjs"
NODE = Tool("node", "install Node.js: https://nodejs.org/en/download")


@dataclass(frozen=True, slots=True)
class Package:
    """A tool of npm.

    Attributes:
        script: the one in `_node_scripts` that calls it.
        name: of its package.
        tool: its program, which tells where the package is, and which variables it reads.
        plugged: whether code that nobody here knows may remember what it made of any file.
    """

    script: str
    name: str
    tool: Tool
    plugged: bool = False

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The programs that must be there."""
        return NODE, self.tool


def _held(answer: bytes, plugged: str, besides: Sequence[str]) -> list[str]:
    """What Node has in memory of files; where ``plugged`` is one, perhaps all but this, of which it knows the time."""
    reply = json.loads(answer)
    if not isinstance(reply, dict) or not isinstance(reply.get("held"), list):
        raise ValueError("no answer")  # noqa: TRY004  (what it says is wrong, and not its type)
    read = [*dict(reply.get("read", {})), *besides] if plugged else []
    return [*map(str, reply["held"]), *(file for file in read if file != plugged)]


class Session(Places):
    """One call of a tool.

    Args:
        package: whose.
        asset: what it is called for.
        fetch: takes what it reads.
        besides: folders of the project, absolute, that it may read in besides the project and the roots.
    """

    def __init__(self, package: Package, asset: Asset, fetch: Fetch, besides: Sequence[Path] = ()) -> None:
        super().__init__(asset, fetch)
        self._package = package
        self._folders = [os.path.realpath(each) for each in (fetch.project, *fetch.folders, *besides)]

    def call(self, request: Mapping[str, object], seconds: float, besides: Sequence[str] = ()) -> dict[str, Any]:
        """What the tool made, and what it said, as the script says it; what was read becomes inputs.

        Args:
            request: options, for the script.
            seconds: after which it is ended.
            besides: files that it may have read in ways that nobody sees.

        Raises:
            TransformError: as the tool says it, at the place that it names.
            ToolNotFound: there is no such tool, or no Node.
        """
        fetch, package = self._fetch, self._package
        command = fetch.tools.command(package.tool)
        program = (files_of(command)[-1:] or command)[0]
        if os.path.basename(os.path.dirname(command[-1])) == ".bin":
            program = command[-1]  # as it was found: it may be a script that stands for the tool
        roots = [{"folder": str(folder), "prefix": prefix} for folder, prefix in self._roots if prefix]
        text = self.text()
        given = {"text": text, "file": str(self.file), "roots": roots, "folders": self._folders, **request}
        node = Tool(NODE.name, NODE.install, NODE.version, package.tool.variables)
        by = self._staying(besides)
        arguments = [str(HOST), package.script, program, package.name, *["stays"] * bool(by)]
        line = json.dumps({**given, "map": fetch.source_maps}).encode() + b"\n"
        ran = fetch.tools.run(node, arguments, folder=fetch.project, seconds=seconds, given=line, by=by)
        try:
            reply = json.loads(ran.output)
            read = {Path(name): digest for name, digest in reply["read"].items()}
            made: dict[str, Any] = {"text": "", "map": None, **reply.get("made", {}), "said": reply["said"]}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise TransformError(
                f"{node.name!r} gave no answer: {ran.said.decode('utf-8', 'replace')[:500]}"
            ) from error
        for file, digest in sorted(read.items()):
            self.read(file, digest)
        for folder, pattern in made.get("globs", ()):
            self._note_all(folder, pattern)
        if "error" in reply:
            raise self._error(reply["error"])
        return made

    def _staying(self, besides: Sequence[str]) -> Callable[..., Ran] | None:
        """What leaves Node running for the next call, where that is possible: it takes a third of a second to start.

        A plug-in may keep what it made of a file until the time of that changes: the file must be what it is given.
        """
        if os.name != "posix" or (self._package.plugged and self.asset.origin):
            return None
        from pipeline.engine.staying import run

        return partial(run, held=partial(_held, plugged=str(self.file) * self._package.plugged, besides=besides))

    def diagnostics(self, said: Sequence[Mapping[str, Any]], step: str) -> tuple[Diagnostic, ...]:
        """What a tool had to say, each thing once."""
        return tuple(dict.fromkeys(self._diagnostic(each, step) for each in said))

    def _diagnostic(self, said: Mapping[str, Any], step: str) -> Diagnostic:
        path = self.name(said["file"]) if said.get("file") else self.asset.path
        message = " ".join(str(said["message"]).split())
        return Diagnostic(said["severity"], f"{step}: {message}", path, said.get("line"), said.get("column"))

    def _error(self, error: Mapping[str, Any]) -> TransformError:
        message = " ".join(str(error.get("message") or "failed").split())
        for folder in self._folders:
            message = message.replace(folder + os.sep, "").replace(folder, ".")
        if error.get("missing"):
            return ToolNotFound(message, hint=self._package.tool.install)
        path = self.name(error["file"]) if error.get("file") else self.asset.path
        hint = f"it is part of {self.asset.path}" if path != self.asset.path else ""
        return TransformError(message, path=path, line=error.get("line"), column=error.get("column"), hint=hint)

    def _note_all(self, folder: str, pattern: str) -> None:
        """A glob in a folder; one that is written in another way than ours stands for all in it."""
        inside = os.path.relpath(folder, self._fetch.project).replace(os.sep, "/")
        pattern = "**" if any(char in pattern for char in "{}()!") else pattern
        if inside == ".." or inside.startswith("../"):
            self._fetch.everything()
        else:
            self._fetch.glob(pattern if inside == "." else f"{inside}/{pattern}")
