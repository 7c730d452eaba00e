"""Steps: what turns sources into assets; each module here is one step, its one public name a frozen dataclass.

The fields of the dataclass are the step's options. A *transform* takes one asset and is called for each by itself;
a *join* (``joins = True``) takes all assets of a bundle and makes one. Both return `Made`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple, Protocol

from pipeline.asset import Asset, AssetPath
from pipeline.diagnostic import Diagnostic
from pipeline.engine.fetch import Fetch


class Made(NamedTuple):
    """What a step made, and what it has to say about it."""

    assets: tuple[Asset, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


class Transform(Protocol):
    r"""One asset in, one or more out.

    A step that puts what it makes under another path says so by a method ``made(path)``. What decides its results
    besides its options it says by ``version``, the names in ``variables`` (of the environment) and the
    `pipeline.engine.tools.Tool`\ s in ``tools``; see `pipeline.engine.plugins.identity`. If ``takes_in`` is true, what
    it reads of the site goes into what it makes, and is published by itself only if something refers to it.
    """

    joins: ClassVar[bool] = False

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:
        """Raises TransformError (message only: the phase adds the asset and the step)."""


class Join(Protocol):
    """Many assets in, one at ``path`` out; they come already moved to its folder, see `pipeline.compile`."""

    joins: ClassVar[bool] = True

    def __call__(self, assets: Sequence[Asset], path: AssetPath, fetch: Fetch) -> Made:
        """Raises TransformError."""
