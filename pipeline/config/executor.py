"""What runs the steps: a way of this package, a Dask scheduler, or whatever gives an executor."""

from __future__ import annotations

from urllib.parse import urlsplit

from pipeline.config.checks import Checks
from pipeline.engine import plugins
from pipeline.engine.executors import DASK, LOCAL
from pipeline.errors import ConfigError, did_you_mean

FORMS = (*LOCAL, "dask://host:port", "package.module:name")


def read_executor(check: Checks, value: object) -> str:
    """The setting ``executor``; what it names from elsewhere can be imported and called."""
    key = ("executor",)
    name = check.text(key, value, LOCAL[0])
    if name.startswith(DASK):
        if not _is_address(name):
            check.error(key, f"the executor {name!r} has no host and port", "write dask://host:8786")
    elif ":" in name:
        try:
            if not callable(plugins.load("", name)):
                check.error(key, f"{name!r} is no executor: it cannot be called to give one")
        except ConfigError as error:
            check.error(key, error.message, error.hint)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plug-in is somebody else's code
            check.error(key, f"cannot load {name!r}: {type(error).__name__}: {error}")
    elif name not in LOCAL:
        hint = did_you_mean(name, LOCAL) or f"there are {', '.join(FORMS)}"
        check.error(key, f"unknown executor {name!r}", hint)
    return name


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return bool(parts.hostname and parts.port) and text == f"{DASK}{parts.netloc}"
    except ValueError:  # a port that is none
        return False
