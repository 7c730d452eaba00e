"""The precompilers of django-compressor as steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from posixpath import splitext

from pipeline.diagnostic import Diagnostic
from pipeline.migrating import Place, Step
from pipeline.migrating._compressed import Element
from pipeline.migrating._reading.python import Python
from pipeline.migrating._steps import problem, sass

SETTING, FUNCTIONS = "COMPRESS_PRECOMPILERS", "LIBSASS_CUSTOM_FUNCTIONS"
PLAIN = {"", "text/css", "text/javascript", "application/javascript", "application/x-javascript"}
SASS, LESS, COFFEE, STYLUS = "sass", "less", "coffeescript", "stylus"
TYPES = {
    **dict.fromkeys(("text/x-scss", "text/scss", "text/x-sass", "text/sass"), SASS),
    **dict.fromkeys(("text/less", "text/x-less"), LESS),
    **dict.fromkeys(("text/coffeescript", "text/x-coffeescript"), COFFEE),
    **dict.fromkeys(("text/stylus", "text/x-stylus", "text/styl"), STYLUS),
}
PROGRAMS = {
    "sass": SASS,
    "sassc": SASS,
    "scss": SASS,
    "node-sass": SASS,
    "lessc": LESS,
    "coffee": COFFEE,
    "stylus": STYLUS,
}
CLASSES = {"django_libsass.SassCompiler": SASS}


@dataclass(frozen=True, slots=True)
class Precompilers:
    """Which program or class compiles which type, as the setting says."""

    given: Mapping[str, str]
    place: Place

    def steps(self, element: Element, left: list[Diagnostic]) -> tuple[Step, ...] | None:
        """What the file of an element goes through before it is joined; ``None`` if there is no step for it."""
        if element.type in PLAIN:
            return ()
        command = self.given.get(element.type, "")
        program = splitext(command.split(" ")[0].rpartition("/")[2])[0]
        name = CLASSES.get(command) or PROGRAMS.get(program) or TYPES.get(element.type)
        own: dict[str, Step] = {SASS: sass(), LESS: {"use": "less"}}
        step = own.get(name or "", {"use": "webassets", "filter": name or ""})
        why = problem(step) if name else f"{command or element.type!r} has no equivalent"
        if why:
            message = f"{element.path!r} is left out: {why}"
            left.append(self.place.warning(message, "write a step of your own, see pipeline/transforms/__init__.py"))
            return None
        return (step,)


def precompilers(python: Python, left: list[Diagnostic]) -> Precompilers:
    """Read the setting."""
    given = python.setting(SETTING, left, "types that are widely known are compiled all the same")
    settings = python.settings(SETTING)
    place = settings[-1].place if settings else Place("")
    pairs = [each for each in given if isinstance(each, list | tuple)] if isinstance(given, list | tuple) else []
    hint = "url() needs no function: URLs are rewritten"
    left += [each.place.warning(f"{FUNCTIONS} has no equivalent", hint) for each in python.settings(FUNCTIONS)[-1:]]
    return Precompilers({str(pair[0]).lower(): str(pair[-1]) for pair in pairs if pair}, place)
