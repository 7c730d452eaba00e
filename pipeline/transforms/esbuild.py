"""The step ``esbuild``: bundles a script or stylesheet with all that it imports, or minifies one file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import splitext
from typing import Any

from pipeline.asset import Asset, AssetPath
from pipeline.engine.fetch import Fetch
from pipeline.errors import TransformError
from pipeline.source_map import MARK
from pipeline.transforms import Made
from pipeline.transforms._esbuild import KEPT, Script, folder_of, map_flags
from pipeline.transforms._esbuild_files import Files

__all__ = ["Esbuild"]

FORMATS = ("iife", "esm", "cjs")
FILES = (
    *("png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "ico", "woff", "woff2", "ttf", "otf", "eot"),
    *("mp3", "mp4", "ogg", "webm", "wasm", "pdf"),
)
"""Suffixes of what is imported for its URL."""
CONDITIONS = ("module", "production")
NODE_ENV = "process.env.NODE_ENV"


@dataclass(frozen=True, slots=True)
class Esbuild(Script):
    """As on the command line of esbuild nothing is done that is not asked for: ``bundle``, ``minify``, ``splitting``.

    Attributes:
        bundle: take in what is imported, but for what nobody uses. Files of the site that are imported or named by
            ``url()``, such as images, stay where they are; those of packages become assets beside the result.
        minify: leave out what does not count. Of scripts and stylesheets that are not bundled, what is minified already
            by its name (``*.min.*``), has a source map of its own or cannot be read is left as it is.
        splitting: make assets of their own of what ``import()`` loads and of what several such parts share; takes
            ``format`` ``esm``, which it then has by default.
        format: ``iife``, ``esm`` or ``cjs``; by default what esbuild takes for browsers.
        define: JavaScript that stands for names: ``{ DEBUG = "false" }``.
        variables: of the environment; scripts have them as ``process.env.NAME``.
        external: what is not taken in: names of packages, and paths, with ``*`` for anything.
        alias: packages that stand for others.
        loader: what files are by their suffixes: ``{ ".svg" = "text" }``.
        conditions: of ``exports`` in packages.
    """

    bundle: bool = False
    minify: bool = False
    splitting: bool = False
    format: str = ""
    define: dict[str, Any] = field(default_factory=dict, hash=False)
    variables: tuple[str, ...] = ()
    external: tuple[str, ...] = ()
    alias: dict[str, Any] = field(default_factory=dict, hash=False)
    loader: dict[str, Any] = field(default_factory=dict, hash=False)
    conditions: tuple[str, ...] = CONDITIONS

    def __post_init__(self) -> None:
        Script.__post_init__(self)
        if self.format not in {"", *FORMATS}:
            raise ValueError(f"'format' must be one of {', '.join(FORMATS)}, not {self.format!r}")
        if self.splitting and (not self.bundle or self.format not in {"", "esm"}):
            raise ValueError("'splitting' takes bundle = true, and no format but 'esm'")
        for name in ("define", "alias", "loader"):
            for key, value in getattr(self, name).items():
                if not isinstance(value, str):
                    raise ValueError(f"{name!r} must be a table of strings, and {key!r} is none")  # noqa: TRY004

    @property
    def takes_in(self) -> bool:
        """Whether what it reads is part of what it makes."""
        return self.bundle

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:
        """The result, and where it is bundled what came of it besides.

        Args:
            asset: in UTF-8.
            fetch: tells what else was read.

        Raises:
            TransformError: as esbuild says it, at the place that it names.
            ToolNotFound: there is no esbuild.
            PublishError: files changed all the time.
        """
        if not self.bundle:
            return self._minified(asset, fetch) if self.minify else self.alone(asset, fetch, *self._more())
        from pipeline.transforms._esbuild_bundle import bundled

        files = Files(fetch, folder_of(asset, fetch))
        return bundled(
            asset,
            fetch,
            path=AssetPath(self.made(asset.path)),
            arguments=[*self.flags(files), *map_flags(fetch), *self._more(), *self._bundling()],
            loader=self.loader_of(asset.path),
            seconds=self.timeout,
        )

    def _minified(self, asset: Asset, fetch: Fetch) -> Made:
        """As the step ``minify`` leaves them scripts and stylesheets are left that are minified, or wrong."""
        stem, suffix = splitext(asset.path.lower())
        if suffix not in KEPT:  # it cannot be published as it is
            return self.alone(asset, fetch, *self._more())
        if stem.endswith(".min") or MARK in asset.content.read():
            return Made((asset,))
        try:
            return self.alone(asset, fetch, *self._more())
        except TransformError as error:
            if error.line is None:  # esbuild itself is what went wrong
                raise
            error.message = f"esbuild: {error.message}, so it is published as it is"
            return Made((asset,), (error.diagnostic("warning"),))

    def _more(self) -> Iterator[str]:
        if self.minify:
            yield "--minify"
        if self.format or self.splitting:
            yield f"--format={self.format or 'esm'}"
        for name in self.variables:
            value = os.environ.get(name)
            yield f"--define:process.env.{name}={'undefined' if value is None else json.dumps(value)}"
        yield from _pairs("define", self.define)

    def _bundling(self) -> Iterator[str]:
        yield "--bundle"
        if self.splitting:
            yield "--splitting"
        if NODE_ENV not in self.define and NODE_ENV.rpartition(".")[2] not in self.variables:
            yield f'--define:{NODE_ENV}="production"'
        yield f"--conditions={','.join(self.conditions)}"
        yield from (f"--external:{name}" for name in self.external)
        yield from _pairs("alias", self.alias)
        yield from _pairs("loader", {f".{suffix}": "file" for suffix in FILES} | self.loader)


def _pairs(flag: str, table: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"--{flag}:{name}={value}" for name, value in table.items())
