"""Keeps a site built for ``pipeline watch``: takes over changes, and says what came of them, or what is wrong."""

from __future__ import annotations

import gc
import os
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from pipeline.build import Built
from pipeline.cli.report import complain, counted, failures, plain, say
from pipeline.config import Config
from pipeline.diagnostic import Diagnostic
from pipeline.engine.cache_use import opened
from pipeline.incremental.watching import KeptSite, Update
from pipeline.statuses import Status, status_at

EXCHANGED = (".css", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".ico", ".map")
"""Suffixes of what a page need not be loaded again for."""
NAMED = 3
"""Paths that a line names before it counts the rest."""


class _Looked(NamedTuple):
    """The folders that steps of a build looked into, and the files that they looked at in the project's own."""

    built: Built | None = None
    folders: Sequence[Path] = ()
    files: Sequence[str] = ()


class Keeper:
    """A site, and who is told about it.

    Args:
        config: of the site.
        tell: takes what pages are told, see `pipeline.engine.server`.
        keep_cache: whether what is made outlasts the process.
    """

    def __init__(self, config: Config, tell: Callable[[Mapping[str, object]], None], *, keep_cache: bool) -> None:
        self._config, self._tell, self._keep_cache = config, tell, keep_cache
        self._wrong: list[Diagnostic] = []
        self._warned: tuple[Diagnostic, ...] = ()
        self._looked = _Looked()
        self._beside: dict[str, Status] = {}

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        self._site = self._opened()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _opened(self) -> KeptSite:
        cache = self._config.cache if self._keep_cache else None
        return KeptSite(self._config, self._stack.enter_context(opened(cache, self._config.cache_limit)))

    def folders(self) -> list[Path]:
        """What is to be watched: the roots, and the folders in which steps read besides."""
        roots = [root.folder for root in self._config.sources]
        besides = self._besides().folders
        return [*roots, *(each for each in besides if not any(each.is_relative_to(root) for root in roots))]

    def aside(self) -> bool:
        """Whether files changed that steps look at in the project's own folder, which is not watched; or are new here:
        they may have changed since a step read them.
        """
        before, self._beside = self._beside, {file: status_at(file) for file in self._besides().files}
        return any(before.get(file) != status for file, status in self._beside.items())

    def _besides(self) -> _Looked:
        built, project, own = self._site.built, self._config.project, self._own()
        if built is not self._looked.built:
            self._looked = _Looked()
            if built:
                folders = sorted(built.compiled.looked_into(project, own))
                self._looked = _Looked(built, folders, built.compiled.looked_beside(project, own))
        return self._looked

    def _own(self) -> tuple[str, str]:
        return str(self._config.output), str(self._config.cache)

    def own(self, path: str) -> bool:
        """Whether a path is the tool's own, so that a change there means nothing."""
        mine = (str(self._config.output), str(self._config.cache), str(self._config.manifest))
        return any(path == each or path.startswith(each + os.sep) for each in mine)

    def follow(self, configured: Callable[[], Config]) -> bool:
        """Take over a changed configuration; whether it is right."""
        try:
            self._config = configured()
        except Exception as error:  # noqa: BLE001  (the next save may mend it)
            self._complain(error)
            return False
        self._stack.close()
        self._site = self._opened()
        say("the configuration changed")
        self.update(everything=True)
        return True

    def update(self, paths: Collection[str] = (), *, everything: bool = False) -> None:
        """Take over changes; whatever is wrong is said, and the next change tries again."""
        try:
            update = self._site.update(paths, everything=everything)
        except Exception as error:  # noqa: BLE001  (the next save may mend it)
            self._complain(error, again=bool(paths))
            return
        if self._wrong:
            self._wrong = []
            self._tell({"kind": "fine"})
        warnings = tuple(each for each in self._site.diagnostics() if each.severity != "note")
        complain(each for each in warnings if each not in self._warned)
        self._warned = warnings
        if update.first:
            gc.freeze()  # what stays need not be looked at for garbage at each change: 9 of 53 ms for 33,000 files
        if update.changed or update.made:
            others = [os.path.relpath(path, self._config.project) for path in sorted(paths)]
            say(_line(update, [each.replace(os.sep, "/") for each in others]))
        if update.made:
            self._tell(self._news(update))

    def _news(self, update: Update) -> dict[str, object]:
        if all(path.lower().endswith(EXCHANGED) for path in update.made):
            base = self._config.base_url
            return {"kind": "changed", "urls": {base + old: base + new for old, new in update.urls.items()}}
        return {"kind": "reload"}

    def _complain(self, error: Exception, *, again: bool = True) -> None:
        """Say what is wrong; what was said before only ``again`` if somebody tried to mend it."""
        wrong = failures(error)
        if not wrong:  # a mistake of ours must not end the watch, nor go by unseen
            say("".join(traceback.format_exception(error)))
            wrong = [Diagnostic("error", f"{type(error).__name__}: {error}")]
        if again or wrong != self._wrong:
            complain(wrong)
        self._wrong = wrong
        self._tell({"kind": "error", "diagnostics": [plain(each) for each in wrong]})


def _line(update: Update, others: Collection[str]) -> str:
    """What came of a change, and the sources that changed, or else the ``others``: files that are none."""
    made = f"{counted(len(update.made), 'asset')} made in {update.seconds * 1000:.0f} ms"
    return made if update.first else f"{_named(update.changed or others)} changed; {made}"


def _named(paths: Collection[str]) -> str:
    first = ", ".join([*paths][:NAMED])
    rest = len(paths) - NAMED
    return f"{first} and {counted(rest, 'other')}" if rest > 0 else first or "something else"
