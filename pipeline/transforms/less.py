"""The step ``less``: Less by npm's own compiler, ``{ use = "less", load_paths = ["node_modules"] }``."""

from __future__ import annotations

from dataclasses import dataclass, field
from posixpath import splitext
from typing import Any, ClassVar

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.engine.fetch import Fetch
from pipeline.engine.tools import TIME, Tool
from pipeline.transforms import Made
from pipeline.transforms._node import Package, Session

__all__ = ["Less"]

PACKAGE = Package("less", "less", Tool("lessc", "npm install --save-dev less"))
MATH = ("parens-division", "always", "parens", "strict")
REWRITE = ("off", "local", "all")


@dataclass(frozen=True, slots=True)
class Less:
    """Makes a stylesheet of Less; imports are looked for as Less does, then in load paths and the root of the site.

    Nothing is loaded from other sites, nor from outside of the project, its sources and the load paths.

    Attributes:
        load_paths: folders of the project that are searched for what does not lie beside the file that names it.
        math: when expressions are computed: ``parens-division``, ``always``, ``parens`` or ``strict``.
        rewrite_urls: whether relative URLs of imported files become relative to the file that is compiled: ``off``,
            ``local`` (those that begin with ``.``) or ``all``.
        javascript: whether expressions in JavaScript are run.
        global_vars, modify_vars: variables, set before and after all that the file says.
        timeout: seconds.
    """

    joins: ClassVar[bool] = False
    tools: ClassVar[tuple[Tool, ...]] = PACKAGE.tools
    load_paths: tuple[str, ...] = ()
    math: str = "parens-division"
    rewrite_urls: str = "off"
    javascript: bool = False
    global_vars: dict[str, Any] = field(default_factory=dict, hash=False)
    modify_vars: dict[str, Any] = field(default_factory=dict, hash=False)
    timeout: float = TIME

    def __post_init__(self) -> None:
        for name, value, known in (("math", self.math, MATH), ("rewrite_urls", self.rewrite_urls, REWRITE)):
            if value not in known:
                raise ValueError(f"{name!r} must be one of {', '.join(known)}, not {value!r}")
        if self.timeout <= 0:
            raise ValueError("'timeout' must be a number of seconds above 0")

    def made(self, path: str) -> str:
        """Where the stylesheet stands that is made of a file."""
        return splitext(path)[0] + ".css"

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:
        """The stylesheet; warnings become diagnostics.

        Args:
            asset: in UTF-8; its relative URLs are those of the stylesheet.
            fetch: has the files that are imported.

        Raises:
            TransformError: as Less says it, at the place that it names.
            ToolNotFound: there is no Less, or no Node.
        """
        folders = [fetch.project / folder for folder in self.load_paths]
        session = Session(PACKAGE, asset, fetch, folders)
        options: dict[str, object] = {
            "math": self.math,
            "rewriteUrls": self.rewrite_urls,
            "javascriptEnabled": self.javascript,
        }
        if self.global_vars:
            options["globalVars"] = self.global_vars
        if self.modify_vars:
            options["modifyVars"] = self.modify_vars
        paths = [str(folder) for folder in (*folders, *fetch.folders)]
        made = session.call({"options": options, "paths": paths}, self.timeout)
        css = f"{made['text'].rstrip()}\n" if made["text"].strip() else ""
        result = Asset(
            AssetPath(self.made(asset.path)), Blob.of(css.encode()), asset.origin or (asset,), session.map(made["map"])
        )
        return Made((result,), session.diagnostics(made["said"], "less"))
