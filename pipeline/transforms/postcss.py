"""The step ``postcss``: PostCSS with the project's ``postcss.config.*``, ``{ use = "postcss" }``."""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import splitext
from typing import ClassVar

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.engine.fetch import Fetch
from pipeline.engine.tools import TIME, Tool
from pipeline.transforms import Made
from pipeline.transforms._node import Package, Session

__all__ = ["Postcss"]

INSTALL = "npm install --save-dev postcss postcss-cli"
VARIABLES = ("NODE_ENV", "BROWSERSLIST", "BROWSERSLIST_CONFIG", "BROWSERSLIST_ENV", "BROWSERSLIST_STATS")
"""Of the environment: what configurations and plug-ins commonly ask for."""
SUFFIXES = (".pcss", ".postcss")


@dataclass(frozen=True, slots=True)
class Postcss:
    """Runs a stylesheet through the plug-ins of the configuration that postcss-load-config finds for it.

    All files that the configuration and its plug-ins open are inputs, and what the plug-ins say that they depend on.

    Attributes:
        config: the folder of the project from which on upwards the configuration is looked for; that of the stylesheet
            if it is not given.
        env: what ``NODE_ENV`` is, if not what it is in the environment; PostCSS takes ``development`` without any.
        inputs: globs of files of the project that plug-ins read by way of other programs.
        variables: of the environment that they may read besides ``NODE_ENV`` and those of Browserslist.
        timeout: seconds.
    """

    joins: ClassVar[bool] = False
    config: str = ""
    env: str = ""
    inputs: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    timeout: float = TIME

    def __post_init__(self) -> None:
        if self.timeout <= 0:
            raise ValueError("'timeout' must be a number of seconds above 0")

    @property
    def tools(self) -> tuple[Tool, ...]:
        """Node and PostCSS."""
        return self._package.tools

    def made(self, path: str) -> str:
        """Where the stylesheet stands that is made of a file."""
        stem, suffix = splitext(path)
        return f"{stem}.css" if suffix.lower() in SUFFIXES else path

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:
        """The stylesheet; warnings become diagnostics.

        Args:
            asset: in UTF-8.
            fetch: takes what is read.

        Raises:
            TransformError: as PostCSS or a plug-in says it, at the place that it names; there is no configuration.
            ToolNotFound: there is no postcss-cli or PostCSS, or no Node.
        """
        besides = [str(file) for pattern in self.inputs for file in fetch.glob(pattern).values()]
        session = Session(self._package, asset, fetch)
        config = {"config": str(fetch.project / self.config)} if self.config else {}
        made = session.call({**config, "env": self.env}, self.timeout, besides)
        path = AssetPath(self.made(asset.path))
        result = Asset(path, Blob.of(made["text"].encode()), asset.origin or (asset,), session.map(made["map"]))
        return Made((result,), session.diagnostics(made["said"], "postcss"))

    @property
    def _package(self) -> Package:
        return Package(
            "postcss", "postcss-cli", Tool("postcss", INSTALL, variables=(*VARIABLES, *self.variables)), plugged=True
        )
