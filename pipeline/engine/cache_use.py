"""How a cache is used: opened for as long as it is needed, and begun again if it lost what it held."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from pipeline.engine.cache import Cache
from pipeline.engine.shared import Shared
from pipeline.errors import CacheLost, PublishError

T = TypeVar("T")


@contextmanager
def opened(folder: Path | None, limit: int, shared: str = "") -> Iterator[Cache]:
    """A cache, closed at the end.

    Args:
        folder: where it lies; without one it lasts as long as this, and shares nothing.
        limit: bytes.
        shared: the URL of what lies behind it.

    Raises:
        ConfigError: the package that is needed for a shared one is missing.
    """
    with ExitStack() as stack:
        place = folder or _temporary(stack)
        cache = Cache(place, limit, Shared(shared) if folder and shared else None)
        stack.callback(cache.close)
        try:
            yield cache
        except KeyboardInterrupt:
            if cache.shared:
                cache.shared.abandon()  # who interrupts does not want to wait
            raise


def persistent(cache: Cache, work: Callable[[], T]) -> T:
    """Do what reads from a cache; once more, from nothing, if that lost meanwhile what it held.

    Another process may have thrown it out, or damage that no check can see keeps rows from being found again.
    """
    try:
        return work()
    except (PublishError, ExceptionGroup) as error:
        lost = error.subgroup(CacheLost) if isinstance(error, ExceptionGroup) else isinstance(error, CacheLost)
        if not lost:
            raise
    cache.clear()
    return work()


def _temporary(stack: ExitStack) -> Path:
    from tempfile import TemporaryDirectory  # most builds have a cache

    return Path(stack.enter_context(TemporaryDirectory(prefix="pipeline-")))
