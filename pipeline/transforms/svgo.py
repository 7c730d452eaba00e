"""The step ``svgo``: smaller SVG by npm's SVGO, ``{ use = "svgo" }``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline.asset import Asset, Blob
from pipeline.engine.fetch import Fetch
from pipeline.engine.tools import TIME, Tool
from pipeline.transforms import Made
from pipeline.transforms._node import Package, Session

__all__ = ["Svgo"]

PACKAGE = Package("svgo", "svgo", Tool("svgo", "npm install --save-dev svgo"))


@dataclass(frozen=True, slots=True)
class Svgo:
    """Optimises an SVG image with the project's ``svgo.config.*``, or with SVGO's own plug-ins if there is none.

    Those take away ids that nothing in the file uses: images that others refer into (``icons.svg#home``) need a
    configuration without ``cleanupIds``.

    Attributes:
        config: a configuration in another place, relative to the project.
        multipass: whether SVGO goes over an image until it becomes no smaller.
        timeout: seconds.
    """

    joins: ClassVar[bool] = False
    tools: ClassVar[tuple[Tool, ...]] = PACKAGE.tools
    config: str = ""
    multipass: bool = False
    timeout: float = TIME

    def __post_init__(self) -> None:
        if self.timeout <= 0:
            raise ValueError("'timeout' must be a number of seconds above 0")

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:
        """The image, or the same as before if it did not become smaller.

        Args:
            asset: in UTF-8.
            fetch: takes the configuration as an input.

        Raises:
            TransformError: as SVGO says it, at the place that it names.
            ToolNotFound: there is no SVGO, or no Node.
        """
        session = Session(PACKAGE, asset, fetch)
        config = {"config": str(fetch.project / self.config)} if self.config else {}
        options = {"multipass": True} if self.multipass else {}
        made = Blob.of(session.call({**config, "options": options}, self.timeout)["text"].encode())
        if not 0 < made.size < asset.content.size:
            return Made((asset,))
        return Made((Asset(asset.path, made, asset.origin or (asset,)),))
