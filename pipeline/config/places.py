"""Where JSON files have references: globs of paths, and what leads to the strings in them."""

from __future__ import annotations

from pipeline.config.checks import Checks
from pipeline.config.rules import gitignore_glob
from pipeline.expressions import expression
from pipeline.path import suffix_of
from pipeline.references import EVERYWHERE, Declared, Place, languages

KEY = ("json",)
_STEP = expression(r'"(?P<quoted>[^"]*+)"|(?P<bare>[^."*\[\]]++|\*++)')
_ALL = "**"


def read_places(check: Checks, value: object) -> Declared:
    """The table ``json``: ``"data/*.json" = ["photos.*.src", "cover"]``."""
    return tuple(
        (glob, tuple(steps(text) for text in places))
        for name, given in check.table(KEY, value).items()
        if (glob := _glob(check, name)) and (places := _places(check, name, given))
    )


def _glob(check: Checks, name: object) -> str | None:
    if not isinstance(name, str):
        check.error(KEY, f"the glob {name!r} must be a string")
        return None
    suffix = suffix_of(name)
    if suffix in languages():
        check.error((*KEY, name), f"the references of all '*{suffix}' files are followed already", "leave it out")
        return None
    return check.ruled((*KEY, name), name, _positive, "the glob")


def _positive(text: str) -> str:
    if text.startswith("!"):
        raise ValueError("would only take away from others, which a key cannot do")
    return gitignore_glob(text)


def _places(check: Checks, name: str, value: object) -> tuple[str, ...]:
    if value in ([], ()):
        check.error((*KEY, name), f"{name!r} has no places", 'name some: ["photos.*.src"], or ["**"] for all strings')
    return check.texts((*KEY, name), value, _checked, "the place")


def _checked(text: str) -> str:
    steps(text)
    return text


def steps(text: str) -> Place:
    """The steps of a dotted path: keys and indexes, ``None`` for ``*``; a key may be quoted.

    >>> steps('photos.*."a.b"')
    ('photos', None, 'a.b')

    Raises:
        ValueError: the message completes "the place '…' ".
    """
    if text == _ALL:
        return EVERYWHERE
    found: list[str | None] = []
    position = -1
    while position < len(text):
        step = _STEP.match(text, position + 1)
        if not step or text[step.end() : step.end() + 1] not in {"", "."}:
            raise ValueError("must be keys between dots, such as 'photos.*.src'; quote one that has other characters")
        if step["bare"] not in {None, "*"} and "*" in step["bare"]:
            raise ValueError(f"has {step['bare']!r} among its steps: '*' is any key, and '**' stands alone")
        found.append(None if step["bare"] == "*" else step["bare"] or step["quoted"])
        position = step.end()
    return tuple(found)
