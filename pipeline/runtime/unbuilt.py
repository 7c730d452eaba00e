"""What an app shows while nothing is built, in debug mode and in tests: the sources, under their own names."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import ManifestError
from pipeline.runtime import Assets
from pipeline.runtime.lookup import Lookup
from pipeline.runtime.plain import PlainLookup, Sources

LOG = logging.getLogger("pipeline")


class ProjectSources(Mapping[str, Path | None]):
    """The sources and bundles of a project by logical path; they are listed again for a path that is not there.

    Args:
        folder: where the search for the configuration starts.
        bundles: whether bundles count; what is asked of one raises ManifestError otherwise.

    Raises:
        ConfigError: there is no configuration, or it cannot be read.
        ExceptionGroup: of all that is wrong with it, or with the sources.
    """

    def __init__(self, folder: Path, *, bundles: bool) -> None:
        self._folder, self._bundles = folder, bundles
        self._found = self._listed()

    def __getitem__(self, path: str) -> Path | None:
        if path not in self._found:
            self._found = self._listed()
        file = self._found[path]
        if file is None and not self._bundles:
            hint = "run `pipeline build`, or `pipeline watch` while you work"
            raise ManifestError(f"{path!r} is a bundle, and nothing is built", hint=hint)
        return file

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def _listed(self) -> dict[str, Path | None]:
        # Production never comes here: these are the build's.
        from pipeline.config import validate
        from pipeline.config.settings import read
        from pipeline.discover import discover

        config = validate(read(folder=self._folder, config=None, overrides={}, environ=os.environ))
        found: dict[str, Path | None] = dict.fromkeys(bundle.path for bundle in config.bundles)
        sources = discover(config).sources
        found.update({path: Path(source.file) for path, source in sources.items()})
        found.update(dict.fromkeys(config.compile.made(sources)))
        return found


def load(
    manifest: Path | str,
    base_url: str = "/",
    *,
    reload: bool = False,
    debug: bool = False,
    sources: Callable[[], Sources] | None = None,
) -> Assets:
    """`Assets.load`; in debug mode without a manifest, plain sources until there is one, with a warning.

    Args:
        manifest, base_url, reload: as there.
        debug: whether the app is in debug mode.
        sources: gives the files by logical path; by default those of the project that the manifest belongs to.

    Raises:
        ManifestError, ConfigError: as there.
    """
    if Assets.stand_in is not None and sources is not None:
        return Assets.plain(sources(), base_url)
    if Assets.stand_in is not None or not debug or os.path.exists(manifest):
        return Assets.load(manifest, base_url, reload=reload)
    assets = Assets.plain(
        sources() if sources else ProjectSources(_project(manifest), bundles=False),
        base_url,
        manifest=manifest if reload else None,
    )
    LOG.warning("%s is not there: sources are shown as they are; run `pipeline build` or `pipeline watch`", manifest)
    return assets


@contextmanager
def testing() -> Iterator[None]:
    """Let tests run without a build: meanwhile every manifest that is loaded is one of the sources, and of bundles.

    An asset's URL is that of its path, whatever was built before; a name that is neither a source nor a bundle fails.
    """
    before, Assets.stand_in = Assets.stand_in, _stand_in
    try:
        yield
    finally:
        Assets.stand_in = before


def _stand_in(manifest: str, base_url: str) -> Lookup:
    return PlainLookup(ProjectSources(_project(manifest), bundles=True), base_url)


def _project(manifest: Path | str) -> Path:
    """Where the search for the configuration of a manifest starts: at its folder, or else where the app runs."""
    from pipeline.config.declaration import find

    folder = Path(os.path.abspath(manifest)).parent
    return folder if find(folder) else Path.cwd()
