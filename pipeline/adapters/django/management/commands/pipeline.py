"""``manage.py pipeline build|watch|clean|check …``: the commands of ``pipeline`` on the sources of this project."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper

COMMANDS = ("build", "watch", "clean", "check", "verify", "explain", "prune", "config")


class Command(BaseCommand):
    """Hands its arguments on to the command line of ``pipeline``."""

    help = (
        "Builds static assets. The sources are the static folders of this project, the output is STATIC_ROOT; bundles "
        "and options stand in pipeline.toml. `manage.py pipeline build --help` lists the options of a command."
    )
    requires_system_checks = [Tags.staticfiles]  # noqa: RUF012  (Django's)

    def add_arguments(self, parser: CommandParser) -> None:
        """The command, and all that follows."""
        parser.add_argument("action", choices=COMMANDS, help="What to do.")
        parser.add_argument("arguments", nargs="...", help="Its options, as for `pipeline`.")

    def handle(self, *_: object, action: str, arguments: list[str], **__: object) -> None:
        """Run a command; raises CommandError with its exit status if it fails."""
        from pipeline.adapters.django.building.shell import run

        with _bare(self.stdout), _bare(self.stderr), redirect_stdout(self.stdout), redirect_stderr(self.stderr):
            status = run(action, _without_djangos(arguments))
        if status:
            raise CommandError(f"pipeline {action} failed", returncode=status)


@contextmanager
def _bare(stream: OutputWrapper) -> Iterator[None]:
    """Let text pass that has colours and line ends of its own."""
    style, ending = stream.style_func, stream.ending
    stream.style_func, stream.ending = None, ""
    try:
        yield
    finally:
        stream.style_func, stream.ending = style, ending


def _without_djangos(arguments: list[str]) -> list[str]:
    """The arguments but those that ``manage.py`` has for every command, and has read already."""
    parser = BaseCommand().create_parser("manage.py", "pipeline", add_help=False, allow_abbrev=False)
    own: list[str] = parser.parse_known_args(arguments)[1]
    return own
