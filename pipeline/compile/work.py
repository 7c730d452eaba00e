"""What is known of a source before a job, what comes of one, and how its steps are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pipeline.asset import AssetPath
from pipeline.config import Step
from pipeline.errors import PipelineError, PublishError, TransformError
from pipeline.squeezing import Rows
from pipeline.transforms import Made


@dataclass(frozen=True, slots=True)
class Known:
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
    except PublishError:  # it is not the step's fault
        raise
    except Exception as error:  # a plug-in is somebody else's code
        raise TransformError(f"{step.name} failed with {error!r}", path=path) from error
    return made
