"""Takes typed values out of settings; what is wrong with them is kept, each with its place, and a stand-in returned."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time
from pathlib import Path, PurePath
from typing import Any, TypeGuard

from pipeline.config.settings import KINDS, Place, Settings
from pipeline.config.toml_lines import KeyPath
from pipeline.engine import plugins
from pipeline.errors import ConfigError, PipelineError, did_you_mean

KINDS_IN_WORDS: Sequence[tuple[type | tuple[type, ...], str]] = (
    (bool, "a boolean"),
    (int, "an integer"),
    (float, "a float"),
    (str, "a string"),
    (Mapping, "a table"),
    ((list, tuple), "a list"),
    ((date, time), "a date or time"),
    (type(None), "nothing"),
)


class Checks:
    """Reads settings and collects errors.

    A method takes the path of a key, for messages, and the value that was found there.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.errors: list[PipelineError] = []

    def error(self, key: KeyPath, message: str, hint: str = "") -> None:
        """Keep what is wrong at ``key``."""
        place = self.settings.origin(*key)
        if place.name == "default":
            place = Place(self.settings.name)
        self.errors.append(ConfigError(message, path=place.name, line=place.line, column=place.column, hint=hint))

    def unlike(self, key: KeyPath, value: object, wanted: str, hint: str = "") -> None:
        """Keep that ``value`` is not what is wanted."""
        self.error(key, f"{label(key)!r} must be {wanted}, not {in_words(value)}", hint)

    def known(self, key: KeyPath, table: Mapping[Any, Any], names: Sequence[str], where: str = "") -> None:
        """Complain about every key of ``table`` that is not among ``names``."""
        for name in table:
            if name in names:
                continue
            hint = did_you_mean(str(name), names) or f"there are {', '.join(names)}"
            if key and (name,) in KINDS:
                hint = f"it belongs at the top: write it above the first [table] of {self.settings.name}"
            self.error((*key, name), f"unknown key {name!r}{where}", hint)

    def table(self, key: KeyPath, value: object) -> Mapping[Any, Any]:
        """A table, or an empty one."""
        if isinstance(value, Mapping):
            return value
        self.unlike(key, value, "a table")
        return {}

    def text(self, key: KeyPath, value: object, otherwise: str) -> str:
        """A string that is not empty."""
        if isinstance(value, PurePath):  # from Python
            value = str(value)
        if not isinstance(value, str):
            self.unlike(key, value, "a string")
        elif not value:
            self.error(key, f"{label(key)!r} must not be empty")
        else:
            return value
        return otherwise

    def flag(self, key: KeyPath, value: object) -> bool:
        """A boolean."""
        if not isinstance(value, bool):
            self.unlike(key, value, "true or false")
        return value is True

    def number(self, key: KeyPath, value: object, least: int, most: int | None = None) -> int:
        """An integer between two others, both allowed."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.unlike(key, value, "an integer")
        elif value < least or (most is not None and value > most):
            bounds = f"between {least} and {most}" if most is not None else f"{least} or more"
            self.error(key, f"{label(key)!r} must be {bounds}, not {value}")
        else:
            return value
        return least

    def texts(self, key: KeyPath, value: object, rule: Callable[[str], str], noun: str) -> tuple[str, ...]:
        """A list of strings that ``rule`` allows; it raises ValueError, whose message completes "the noun '…' "."""
        if not is_list(value):
            hint = f"write [{quoted(value)}]" if isinstance(value, str) else ""
            self.unlike(key, value, "a list of strings", hint)
            return ()
        found = []
        for index, item in enumerate(value):
            if not isinstance(item, str):
                self.error((*key, index), f"item {index + 1} of {label(key)!r} must be a string, not {in_words(item)}")
            elif (allowed := self.ruled((*key, index), item, rule, noun)) is not None:
                found.append(allowed)
        return tuple(found)

    def ruled(self, key: KeyPath, text: str, rule: Callable[[str], str], noun: str) -> str | None:
        """What ``rule`` makes of ``text``, or ``None`` if it does not allow it."""
        try:
            return rule(text)
        except ValueError as error:
            self.error(key, f"{noun} {text!r} {error}")
            return None

    def path(self, key: KeyPath, value: object, *, follow: bool = True) -> Path | None:
        """An absolute path without links; a last link is left as it is unless ``follow``."""
        text = self.text(key, value, "")
        joined = os.path.join(self.settings.project, text)
        try:
            whole = os.path.abspath(joined)
            real = Path(os.path.realpath(joined if follow else os.path.dirname(whole)))
        except ValueError:  # a NUL, or a character that cannot be in a file name
            self.error(key, f"{label(key)!r} is not a path: {text!r}")
            return None
        return (real if follow else real / os.path.basename(whole)) if text else None

    def plugins(self, key: KeyPath, value: object, package: str, noun: str) -> list[tuple[KeyPath, str, Any]]:
        """Places, names and plug-ins of an open set, from a list of ``"name"`` and ``{ use = "name", option = … }``."""
        if not is_list(value):
            hint = f"write [{quoted(value)}]" if isinstance(value, str) else ""
            self.unlike(key, value, f"a list of {noun}s", hint)
            return []
        made = (self.plugin((*key, index), item, package, noun) for index, item in enumerate(value))
        return [each for each in made if each is not None]

    def plugin(self, key: KeyPath, value: object, package: str, noun: str) -> tuple[KeyPath, str, Any] | None:
        """One of them, or ``None``."""
        options = {"use": value} if isinstance(value, str) else value
        if not isinstance(options, Mapping):
            self.unlike(key, value, f'the name of a {noun} or {{ use = "name", … }}')
            return None
        name = options.get("use")
        if not isinstance(name, str):
            key, problem = ((*key, "use"), "is not a string") if "use" in options else (key, "is missing")
            self.error(key, f"'use', the name of a {noun}, {problem}", hint='write { use = "name" }')
            return None
        rest = {option: given for option, given in options.items() if option != "use"}
        try:
            return key, name, plugins.make(package, name, rest)
        except ConfigError as error:
            at = next((option for option in rest if f"option {option!r} of " in error.message), "use")
            self.error((*key, at), error.message, error.hint)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plug-in is somebody else's code
            self.error((*key, "use"), f"cannot load {name!r}: {type(error).__name__}: {error}")
        return None


def is_list(value: object) -> TypeGuard[Sequence[Any]]:
    """Whether ``value`` is a list, or a tuple, its equal in Python."""
    return isinstance(value, (list, tuple))


def in_words(value: object) -> str:
    """The kind of a value for messages."""
    for kind, words in KINDS_IN_WORDS:
        if isinstance(value, kind):
            return words
    return f"a {type(value).__name__}"


def quoted(text: object) -> str:
    """``text`` as TOML writes it."""
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def label(key: Iterable[str | int]) -> str:
    """A key as TOML would name it: ``bundles."css/site.css".sources``; the items of a list are counted from 0."""
    text = ""
    for part in key:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = str(part)  # from Python it may be anything
            bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
            text += ("." if text else "") + (name if bare else quoted(name))
    return text
