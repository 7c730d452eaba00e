"""Programs that steps call: found, asked for their version once, run, and what goes wrong said in their own words."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from pipeline.engine.versions import version_of
from pipeline.errors import ToolNotFound, TransformError
from pipeline.statuses import status_at

if TYPE_CHECKING:
    from pipeline.engine.running import Ran

TIME = 60.0
"""Seconds that a tool has by default."""

MACHINE = (
    *("PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TEMP", "TMP"),
    *("SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "USERPROFILE"),
)
"""Variables that say where things are on a machine, and not what to make."""
FIXED = {"LC_ALL": "C.UTF-8", "NO_COLOR": "1"}

Command = tuple[str, ...]


def nowhere() -> Command | None:
    """No package brings it."""
    return None


def itself(file: str) -> str:
    """It is the program, and starts no other."""
    return file


class Tool(NamedTuple):
    """A program that a step needs.

    Attributes:
        name: of the program, and of its key in the table ``tools``.
        install: a command that installs it.
        version: the arguments with which it tells its version; without any the bytes of its file are that.
        variables: of the environment that it reads; it sees no others but those that `MACHINE` names.
        provided: the command of the program that a Python package brings, if that is installed.
        behind: the program that a file which was found only starts, or the file itself.
    """

    name: str
    install: str = ""
    version: tuple[str, ...] = ("--version",)
    variables: tuple[str, ...] = ()
    provided: Callable[[], Command | None] = nowhere
    behind: Callable[[str], str] = itself


class Tools(NamedTuple):
    """Where programs are looked for.

    Attributes:
        project: its folder: that of ``node_modules``.
        declared: of the configuration: the command that stands for each name.
    """

    project: Path
    declared: tuple[tuple[str, Command], ...] = ()

    def find(self, tool: Tool) -> tuple[Command, str] | None:
        """The command that runs a tool, its program as a file, and where it was found; ``None``: nowhere."""
        import shutil

        if command := dict(self.declared).get(tool.name):
            program, *rest = (self._absolute(part) for part in command)
            found = shutil.which(program)
            return ((found, *rest), f"tools.{tool.name}") if found else None
        if provided := tool.provided():
            return provided, "the Python environment"
        for place, path in self._places().items():
            if found := shutil.which(tool.name, path=path):
                return (tool.behind(os.path.abspath(found)),), place
        return None

    def _places(self) -> dict[str, str]:
        import sysconfig

        here, scripts = os.path.join(self.project, "node_modules", ".bin"), sysconfig.get_path("scripts")
        return {"node_modules": here, "the Python environment": scripts, "PATH": os.environ.get("PATH", os.defpath)}

    def _absolute(self, part: str) -> str:
        """What names a file of the project is that file, wherever the program works."""
        file = os.path.join(self.project, part)
        return file if os.path.dirname(part) and os.path.exists(file) else part

    def command(self, tool: Tool) -> Command:
        """The command that runs a tool.

        Raises:
            ToolNotFound: there is none.
        """
        found = self.find(tool)
        if found:
            return found[0]
        if declared := dict(self.declared).get(tool.name):
            raise ToolNotFound(f"tools.{tool.name} is {declared[0]!r}, which is no program", hint=tool.install)
        hint = f"{tool.install}, or set tools.{tool.name}" if tool.install else f"install it, or set tools.{tool.name}"
        raise ToolNotFound(f"the program {tool.name!r} is not installed", hint=hint)

    def version(self, tool: Tool) -> str:
        """What decides what a tool does, asked once as long as its files stay as they are; ``""``: there is none."""
        found = self.find(tool)
        if not found:
            return ""
        files = files_of(found[0])
        known = tuple((file, status_at(file)) for file in files)
        return version_of(found[0], tool.version, known, tuple(environment(()).items()))

    def files(self, tool: Tool) -> tuple[str, ...]:
        """The files of a tool's program, and where another one may appear."""
        found, (here, *others) = self.find(tool), self._places().values()
        besides = (os.path.join(folder, tool.name) for each in others for folder in each.split(os.pathsep))
        return (*files_of(found[0]), here) if found else (here, *besides)

    def run(  # noqa: PLR0913  (all that decides what a program does)
        self,
        tool: Tool,
        arguments: Sequence[str],
        *,
        folder: Path,
        seconds: float = TIME,
        given: bytes = b"",
        names: Mapping[str, str] = MappingProxyType({}),
        by: Callable[..., Ran] | None = None,
    ) -> Ran:
        """Run a tool to its end.

        Args:
            tool, arguments, folder, seconds, given, by: as in `attempt`.
            names: of files below the folder, and what people call them: its complaints may name places in them.

        Raises:
            ToolNotFound: it is not installed, or cannot be started.
            TransformError: it did not end well; see `complaint`.
        """
        from pipeline.engine.complaints import complaint, place, ran_as  # what runs programs is slow to import

        ran = self.attempt(tool, arguments, folder=folder, seconds=seconds, given=given, by=by)
        if ran.status or ran.late or ran.flooded:
            path, line, column = place(ran, folder, names) or ("", None, None)
            message = complaint(tool.name, ran, seconds, folder)
            raise TransformError(message, path=path, line=line, column=column, hint=ran_as([tool.name, *arguments]))
        return ran

    def attempt(  # noqa: PLR0913  (all that decides what a program does)
        self,
        tool: Tool,
        arguments: Sequence[str],
        *,
        folder: Path,
        seconds: float = TIME,
        given: bytes = b"",
        settings: Mapping[str, str] = MappingProxyType({}),
        by: Callable[..., Ran] | None = None,
    ) -> Ran:
        """Run a tool to its end, be that good or not.

        Args:
            tool: which.
            arguments: a list; no shell reads them.
            folder, seconds, given: as in `pipeline.engine.running.run`, which does it unless ``by`` is given.
            settings: variables of the environment that it sees besides.

        Raises:
            ToolNotFound: it is not installed, or cannot be started.
        """
        from pipeline.engine.complaints import ran_as
        from pipeline.engine.running import run

        command = (*self.command(tool), *arguments)
        try:
            return (by or run)(command, folder, {**environment(tool.variables), **settings}, seconds, given)
        except (OSError, ValueError) as error:  # a NUL among the arguments is a ValueError
            said = getattr(error, "strerror", None) or str(error)
            raise ToolNotFound(f"the program {tool.name!r} cannot be started: {said}", hint=ran_as(command)) from error


def environment(variables: Iterable[str]) -> dict[str, str]:
    """What a tool sees of the environment: where things are, and the variables that count as inputs."""
    return {name: os.environ[name] for name in (*MACHINE, *variables) if name in os.environ} | FIXED


def files_of(command: Command) -> tuple[str, ...]:
    """The files that a command names, links resolved."""
    return tuple(os.path.realpath(part) for part in command if os.path.isabs(part) and os.path.isfile(part))
