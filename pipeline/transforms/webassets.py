"""Any filter of webassets as a step: ``{ use = "webassets", filter = "libsass", style = "compressed" }``."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import dirname
from typing import Any, ClassVar

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.diagnostic import Diagnostic
from pipeline.engine.fetch import Fetch
from pipeline.errors import ConfigError, TransformError, did_you_mean
from pipeline.statuses import status_at
from pipeline.transforms import Made
from pipeline.transforms._webassets_filters import (
    filter_class,
    made_path,
    option_names,
    process_restored,
    set_up,
    translated,
    webassets_module,
)

__all__ = ["WebassetsFilter"]

# The working directory, os.environ and sys.stdout belong to the process, and filters change all three.
ALONE = threading.Lock()


@dataclass(frozen=True, slots=True)
class WebassetsFilter:
    """Runs one filter as webassets does for a bundle of one file: ``open`` or else read, ``input``, ``output``.

    Attributes:
        filter: a name that is registered with webassets.
        options: what its constructor takes, by name.
    """

    joins: ClassVar[bool] = False
    filter: str
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> WebassetsFilter:
        """The step, checked without running anything.

        Args:
            options: ``filter``, and the options of that filter.

        Raises:
            ConfigError: no such filter, one that cannot be a step, or one that does not take these options.
        """
        rest = dict(sorted(options.items()))
        name = rest.pop("filter", None)
        if not isinstance(name, str):
            raise ConfigError("'webassets' needs the name of a filter", hint='such as filter = "libsass"')
        kind = filter_class(name)
        known = option_names(kind)
        for key in rest:
            if key not in known:
                hint = did_you_mean(key, known) or (f"it takes {', '.join(known)}" if known else "it takes none")
                raise ConfigError(f"unknown option {key!r} of the webassets filter {name!r}", hint=hint)
        try:
            kind(**rest)
        except (TypeError, ValueError, AssertionError) as error:
            raise ConfigError(f"the webassets filter {name!r} does not take these options: {error!r}") from error
        return cls(name, rest)

    def made(self, path: str) -> str:
        """Where what the filter makes of a file stands."""
        return made_path(AssetPath(path), self.filter)

    @property
    def version(self) -> str:
        """Of webassets, and the status of the program that the filter runs."""
        import webassets

        return f"{webassets.__version__} {[(file, status_at(file)) for file in self.programs]}"

    @property
    def variables(self) -> tuple[str, ...]:
        """What the filter takes from the environment: those of its options that were not given."""
        declared = webassets_module("filter").parse_options(filter_class(self.filter).options).values()
        return tuple(sorted(name for _, name, _ in declared if name))

    @property
    def programs(self) -> tuple[str, ...]:
        """The files of programs with the filter's name, or those that were named in place of it."""
        named = [os.environ.get(name) for name in self.variables] + [*self.options.values(), self.filter]
        found = {shutil.which(name) for name in named if isinstance(name, str)}
        return tuple(sorted(os.path.realpath(file) for file in found if file))

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:
        """The asset filtered, under the suffix of what the filter makes.

        What a filter prints becomes a warning. Webassets does not tell what it reads besides the asset, so any change
        below the roots runs it again.

        Args:
            asset: text in UTF-8; a BOM is dropped and line ends become LF, as when webassets reads a file.
            fetch: where the sources and the output are.

        Raises:
            TransformError: the filter failed, or the asset is not text.
            ToolNotFound: the filter needs a program or package that is not installed.
        """
        fetch.everything()
        path = made_path(asset.path, self.filter)
        try:
            text = asset.content.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise TransformError(f"is not UTF-8: {error.reason} at byte {error.start}") from error
        with ALONE, process_restored(), contextlib.redirect_stdout(io.StringIO()) as printed:
            try:
                made = self._run(io.StringIO(text, newline=None), asset, path, fetch).encode()
            except TransformError:
                raise
            except Exception as error:  # a filter raises whatever its library raises
                raise translated(self.filter, error) from error
        said = printed.getvalue().strip()
        result = Asset(path, Blob.of(made), asset.origin or (asset,))
        return Made((result,), (Diagnostic("warning", said, asset.path),) if said else ())

    def _run(self, stream: io.StringIO, asset: Asset, path: AssetPath, fetch: Fetch) -> str:
        """What ``Bundle._merge_and_apply`` of webassets does when the bundle has one file."""
        file = _real_file(asset, fetch)
        tool = filter_class(self.filter)(**self.options)
        tool.set_context(_context(file, asset.path, fetch))
        set_up(self.filter, tool)
        source = {"source": str(asset.path), "source_path": str(file)}
        target = {"output": str(path), "output_path": str(fetch.output / path)}
        if getattr(tool, "open", None):
            _check_nothing_lost(asset, file)
            opened = io.StringIO()
            tool.open(opened, str(file), source=str(asset.path), **target)
            stream = io.StringIO(opened.getvalue())
        if getattr(tool, "input", None):
            entered = io.StringIO()
            tool.input(stream, entered, **source, **target)
            if stream.tell() == 0 and stream.getvalue():  # it did not look at what it was given
                _check_nothing_lost(asset, file)
            stream = io.StringIO(entered.getvalue())
        if getattr(tool, "output", None):
            left = io.StringIO()
            tool.output(stream, left, **target)
            stream = left
        return stream.getvalue()


def _context(file: Path, path: AssetPath, fetch: Fetch) -> Any:
    """The settings that a filter sees; with these webassets caches and remembers nothing on disk."""
    mapping = {str(folder): fetch.base_url for folder in fetch.folders}
    # The folder of a root does not tell its prefix. The file's own folder does, and the longest match counts.
    mapping[str(file.parent)] = f"{fetch.base_url.rstrip('/')}/{dirname(path)}"
    environment = webassets_module("env").Environment(
        directory=str(fetch.output),
        url=fetch.base_url,
        load_path=[str(folder) for folder in fetch.folders],
        url_mapping=mapping,
        debug=False,
        cache=False,
        manifest=False,
        versions=False,
        updater=False,
    )
    # Filters look for folders too, which webassets' own search in a load path leaves out.
    environment.resolver.search_for_source = lambda _context, item: _in_folders(item, fetch)
    bundle = webassets_module("bundle")
    return bundle.wrap(environment, bundle.Bundle())  # some filters ask for `ctx.environment`


def _in_folders(name: str, fetch: Fetch) -> str:
    for folder in fetch.folders:
        if (folder / name).exists():
            return str(folder / name)
    raise TransformError(f"{name!r} is in none of the source folders")


def _real_file(asset: Asset, fetch: Fetch) -> Path:
    source = asset.sources()[0]
    for content in (asset.content, source.content):
        if isinstance(content.held, str):
            return Path(content.held).absolute()
    return (fetch.files.get(source.path) or fetch.output / asset.path).absolute()


def _check_nothing_lost(asset: Asset, file: Path) -> None:
    """Some filters read the file in place of what they are given."""
    if asset.content != asset.sources()[0].content:
        message = f"the filter reads {file.name} by itself, so what earlier steps made of it would be lost"
        raise TransformError(message, hint="make it the first step, or set its option 'as_output' if it has one")
