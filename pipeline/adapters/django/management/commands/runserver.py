"""``manage.py runserver``: the next app's, or Django's, that serves the release too and keeps it built meanwhile."""

from __future__ import annotations

import contextlib
import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV, get_child_arguments

from pipeline.adapters.django.current import require, serve_release
from pipeline.adapters.django.options import options
from pipeline.errors import ManifestError

PATIENCE = 3
"""Seconds that the build has to end by itself, and then at a signal."""


def _next() -> type[BaseCommand]:
    """The command that ``INSTALLED_APPS`` would have without this app."""
    names = [each.name for each in apps.get_app_configs()]
    for name in [*names[names.index("pipeline.adapters.django") + 1 :], "django.core"]:
        module = f"{name}.management.commands.runserver"
        if find_spec(f"{name}.management") and find_spec(f"{name}.management.commands") and find_spec(module):
            kind: type[BaseCommand] = importlib.import_module(module).Command
            return kind
    raise AssertionError("Django has one")


if TYPE_CHECKING:
    from django.core.management.commands.runserver import Command as Runserver
else:
    Runserver = _next()


class Command(Runserver):
    """Starts ``manage.py pipeline watch`` beside the server, once, and ends it with the server."""

    def add_arguments(self, parser: CommandParser) -> None:
        """All of the next one's, and one more."""
        super().add_arguments(parser)
        parser.add_argument("--nowatch", action="store_false", dest="watch", help="Do not build assets meanwhile.")

    def run(self, **given: Any) -> None:
        """Run the server, and the build beside it in debug mode; raises CommandError if a release is missing."""
        try:
            require()
        except ManifestError as error:
            raise CommandError(str(error)) from error
        watch = given.pop("watch", True) and settings.DEBUG and options().output
        serve_release()
        inside = os.environ.get(DJANGO_AUTORELOAD_ENV) == "true"  # the process that is started anew for each change
        with _watching(given) if watch and not inside else contextlib.nullcontext():
            super().run(**given)


@contextlib.contextmanager
def _watching(given: dict[str, Any]) -> Iterator[None]:
    """The build as a process that ends when this one does, however that is."""
    own = get_child_arguments()
    program = own[: len(own) - len(sys.argv[1:])]
    command = [*program, "pipeline", "--skip-checks"]
    command += ["--pythonpath", given["pythonpath"]] if given.get("pythonpath") else []
    command += ["watch", "--until-eof"]
    # In a session of its own it is not interrupted with the server, and has the time to end what it is at.
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as process:
        try:
            yield
        finally:
            assert process.stdin  # noqa: S101  (it is a pipe)
            process.stdin.close()
            for end in (process.terminate, process.kill):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(PATIENCE)
                    break
                end()
