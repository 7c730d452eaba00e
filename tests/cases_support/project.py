"""A case as a project on disk: its configuration, its files, one attempt to build and publish it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from tests.cases_support.case import Case
from tests.config.configurations import as_toml
from tests.sites import Site

DEFAULTS: Mapping[str, Any] = {"sources": ["src"], "output": "out", "minify": False, "compress": []}


def configure(site: Site, case: Case, **settings: Any) -> None:
    """Write ``pipeline.toml``: what every case starts from, the case's prefix, and ``settings``."""
    site.configure(as_toml({**DEFAULTS, "base_url": case.prefix or "/", **settings}))


def prepare(site: Site, case: Case, **settings: Any) -> None:
    """Write the configuration and the sources of a case."""
    configure(site, case, **settings)
    site.write(case.files)


def attempt(site: Site) -> list[PipelineError]:
    """Build and publish; what went wrong. Anything but a `PipelineError` is a crash and passes through."""
    try:
        site.publish()
    except PipelineError as error:
        return [error]
    except BaseExceptionGroup as group:
        known, others = group.split(PipelineError)
        if others or known is None:
            raise
        return _leaves(known)
    return []


def published(site: Site) -> None:
    """Build and publish, which must go well."""
    errors = attempt(site)
    assert not errors, [str(error) for error in errors]


def warnings(site: Site) -> list[str]:
    """What a build says that does not stop it."""
    return [str(each) for each in site.build().diagnostics if each.severity == "warning"]


def snapshot(folder: Path, *but: str) -> dict[str, bytes | str]:
    """Every file and link below a folder, except below the folders ``but`` of it."""
    found: dict[str, bytes | str] = {}
    for file in sorted(folder.rglob("*")):
        relative = file.relative_to(folder)
        if relative.parts[0] in but:
            continue
        if file.is_symlink():
            found[str(relative)] = str(file.readlink())
        elif file.is_file():
            found[str(relative)] = file.read_bytes()
    return found


def _leaves(group: BaseExceptionGroup[PipelineError]) -> list[PipelineError]:
    found: list[PipelineError] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found
