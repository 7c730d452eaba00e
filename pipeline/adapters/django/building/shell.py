"""Runs a command of ``pipeline`` for a project, with what its settings say around the file of bundles and options."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from pipeline.adapters.django.building.configuration import declared
from pipeline.adapters.django.building.staticfiles_json import remove, write
from pipeline.adapters.django.options import Options, options
from pipeline.cli import status_of
from pipeline.cli.session import Project
from pipeline.errors import ManifestError
from pipeline.manifest import Manifest


def run(action: str, arguments: Sequence[str]) -> int:
    """Run one; what there is to say is printed.

    Args:
        action: its name.
        arguments: of its own.

    Returns:
        The exit status, as of ``pipeline``.
    """
    command = importlib.import_module(f"pipeline.cli.{action}").command
    chosen = options()
    before = _manifest(chosen)

    def work() -> object:
        status = command.main(
            [*arguments], prog_name=f"manage.py pipeline {action}", standalone_mode=False, obj=Project(*declared())
        )
        if not status:
            _follow(action, chosen, before)
        return status

    return int(status_of(work) or 0)


def _follow(action: str, chosen: Options, before: Manifest | None) -> None:
    """Keep ``staticfiles.json`` in step with the release."""
    now = _manifest(chosen)
    if chosen.staticfiles_json and chosen.output:
        if action == "build" and now:
            write(now, chosen.output)
        elif action == "clean" and before and not now:
            remove(before, chosen.output)


def _manifest(chosen: Options) -> Manifest | None:
    try:
        return Manifest.from_json(chosen.manifest.read_bytes()) if chosen.manifest else None
    except (OSError, ManifestError):
        return None
