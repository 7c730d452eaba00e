"""What is known of a source before a job, what comes of one, and how its steps are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pipeline.asset import Asset, AssetPath, Blob
from pipeline.compile.recipes import SCRIPTS, STYLESHEETS
from pipeline.config import Config, Step
from pipeline.engine.encodings import to_utf8
from pipeline.engine.fetch import Fetch
from pipeline.errors import PipelineError, PublishError, SourceError, TransformError
from pipeline.path import suffix_of
from pipeline.source_map import OFF
from pipeline.squeezing import Rows
from pipeline.transforms import Made


class Known(NamedTuple):
    """What is known of a source without reading it.

    Attributes:
        digest: of its bytes.
        size: in bytes.
        plain: whether the piece it becomes is `pipeline.compile.pieces.PLAIN`.
    """

    digest: str
    size: int
    plain: bool


class Work(NamedTuple):
    """What came of a job; a tuple, since tuples travel fast.

    Attributes:
        path: of the bundle or loose file.
        members: digest and size of each member.
        key: of the cache.
        row: the piece as `pipeline.compile.pieces.dumped` gives it; of no use if there are errors.
        cached: whether the cache had it.
        copies: the compressed copies of some of its assets.
        errors: why there is no piece.
    """

    path: AssetPath
    members: tuple[tuple[str, int], ...] = ()
    key: str = ""
    row: bytes = b""
    cached: bool = False
    copies: tuple[Rows, ...] = ()
    errors: tuple[PipelineError, ...] = ()


def called(step: Step, path: AssetPath, *arguments: object) -> Made:
    """A step's result; whatever it raises says which step and which asset."""
    try:
        made: Made = step.plugin(*arguments)
    except TransformError as error:
        error.path = error.path or path
        error.message = f"{step.name}: {error.message}"
        raise
    except (PublishError, SourceError):  # it is not the step's fault
        raise
    except Exception as error:  # a plug-in is somebody else's code
        raise TransformError(f"{step.name} failed with {error!r}", path=path) from error
    return made


def told_once(errors: Iterable[PipelineError]) -> list[PipelineError]:
    """Errors without those that another step told of the same place: one took in what goes through the other too."""
    seen: dict[object, PipelineError] = {}
    for error in errors:
        place = (error.path, error.line, error.column) if error.line else id(error)
        seen.setdefault((place, error.message.partition(": ")[2]), error)
    return [*seen.values()]


def fetching(config: Config, files: Mapping[AssetPath, Path], state: Callable[[], str]) -> Callable[[], Fetch]:
    """What gives each job its own `Fetch`.

    Args:
        config: roots, tools and whether maps are wanted.
        files: of the sources.
        state: see `Fetch`.
    """
    return partial(
        Fetch,
        files,
        tuple(root.folder for root in config.sources),
        config.output,
        config.base_url,
        state=state,
        prefixes=tuple(root.prefix for root in config.sources),
        project=config.project,
        own=(str(config.output), str(config.cache)),
        tools=config.tools,
        source_maps=config.source_maps != OFF,
    )


def text_of(asset: Asset) -> Asset:
    """A source; its text as UTF-8 whatever it was saved in.

    Raises:
        TransformError: it is no text in the encoding that it claims.
    """
    suffix = suffix_of(asset.path)
    if asset.origin or suffix not in STYLESHEETS | SCRIPTS:
        return asset
    content = asset.content.read()
    try:
        text = to_utf8(content, stylesheet=suffix in STYLESHEETS)
    except TransformError as error:
        error.path = asset.path
        raise
    return replace(asset, content=replace(asset.content, held=text) if text is content else Blob.of(text))
