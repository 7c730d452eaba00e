"""django-pipeline: the groups of ``PIPELINE``, or of ``PIPELINE_CSS`` and ``PIPELINE_JS`` before its version 1.6."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.migrating import Found
from pipeline.migrating._django import read_statics
from pipeline.migrating._dotted import NEW_APP, NEW_STORAGE, names, to_change
from pipeline.migrating._groups import Group, after, bundle, groups, options
from pipeline.migrating._reading.project import Project
from pipeline.migrating._reading.python import Python
from pipeline.migrating._reading.template_calls import names_of_files, quoted
from pipeline.migrating._reading.templates import tags
from pipeline.migrating._reading.values import is_known

__all__ = ["django_pipeline"]

TAGS = {"stylesheet": "STYLESHEETS", "javascript": "JAVASCRIPT"}
COMPILERS = "pipeline.compilers."
WITHOUT = {
    "JS_WRAPPER": "names at the top of a script are global",
    "TEMPLATE_EXT": "templates of JavaScript are not compiled",
    "TEMPLATE_FUNC": "templates of JavaScript are not compiled",
    "TEMPLATE_NAMESPACE": "templates of JavaScript are not compiled",
    "TEMPLATE_SEPARATOR": "templates of JavaScript are not compiled",
    "EMBED_PATH": "nothing is embedded in stylesheets as data: URLs",
    "EMBED_MAX_IMAGE_SIZE": "nothing is embedded in stylesheets as data: URLs",
    "MIMETYPES": "media types follow from suffixes",
    "PIPELINE_ENABLED": "`pipeline watch`, or runserver of the adapter, builds while you work",
    "PIPELINE_COLLECTOR_ENABLED": "nothing is collected when a page is asked for",
    "SHOW_ERRORS_INLINE": "`pipeline watch --reload` shows errors in the page",
    "PIPELINE_URL": "`base_url` is STATIC_URL",
    "PIPELINE_ROOT": "`output` is STATIC_ROOT",
}
"""Keys of the setting that have no equivalent, and what is done instead."""
KEYS = frozenset([*WITHOUT, "DISABLE_WRAPPER", "COMPILERS", "CSS_COMPRESSOR", "JS_COMPRESSOR"])
ARGUMENTS = ("_ARGUMENTS", "_BINARY")
CHANGED = {
    "pipeline": ("becomes another app; uninstall django-pipeline first, both are imported as `pipeline`", NEW_APP),
    "pipeline.storage.": ("becomes another storage", NEW_STORAGE),
    "pipeline.finders.": ("is to be removed", "nothing takes its place"),
    "pipeline.middleware.": ("has no equivalent", "pages are left as they are"),
    "pipeline.jinja2.": ("is to be removed", 'write "environment": "pipeline.adapters.django.jinja.environment"'),
}
CLASSES = {
    "pipeline.forms.": ("css_packages and js_packages are no more", "name the paths of the bundles in css and js"),
    "pipeline.": ("a class of django-pipeline is no more", "write a step of your own"),
}


def django_pipeline(project: Project, python: Python) -> Found | None:
    """Sources, bundles with their steps, and the tags of templates."""
    found = Found("django-pipeline")
    given, place = options(python, KEYS, found.left)
    declared = [*groups(python, given, place)]
    if not declared and "COMPILERS" not in given and not any(name == "pipeline" for name, _ in names(python)):
        return None
    read_statics(project, python, found)
    found.left += [place.note(f"{key} has no equivalent", why) for key, why in WITHOUT.items() if key in given]
    if not given.get("DISABLE_WRAPPER") and any(group.kind == "JAVASCRIPT" for group in declared):
        hint = "write the wrapper into the scripts that rely on it"
        found.left.append(place.warning("joined scripts are no longer wrapped in a function", hint))
    used = [key for key in given if key.endswith(ARGUMENTS)]
    if used:
        message = f"options of programs were left out: {', '.join(sorted(used)[:3])}{' …' if len(used) > 3 else ''}"  # noqa: PLR2004
        found.left.append(place.note(message, "give them to the steps that run these"))
    compilers = given.get("COMPILERS")
    for name in compilers if isinstance(compilers, list | tuple) else ():
        if not str(name).startswith(COMPILERS):
            found.left.append(place.warning(f"the compiler {str(name)!r} is of your own", "write it as a step"))
    steps = {kind: after(given, kind, place, found.left) for kind in {group.kind for group in declared}}
    paths: dict[tuple[str, str], tuple[str, Group]] = {}
    for group in declared:
        if made := bundle(group, steps[group.kind], found.left):
            paths[group.kind, group.name] = made.path, group
            found.bundles.append(made)
    if any(name.startswith("pipeline.storage.") and "GZIP" in name for name, _ in names(python)):
        found.settings["compress"] = ["gzip"]
    _read_templates(project, found, paths)
    _read_classes(python, found)
    found.left += to_change(python, CHANGED)
    found.named = names_of_files(project)
    return found


def _read_templates(project: Project, found: Found, known: Mapping[tuple[str, str], tuple[str, Group]]) -> None:
    """``{% stylesheet "name" %}`` and ``{% javascript "name" %}``, the same in Jinja."""
    for template, token in tags(project, TAGS):
        name, place = quoted(token.text), template.place(token)
        if name is None or (TAGS[token.name], name) not in known:
            message = f"there is no group {name!r}" if name else "the group of this tag is computed"
            found.left.append(place.warning(message, "write asset_tag with the path of its bundle"))
            continue
        path, group = known[TAGS[token.name], name]
        context = group.values.get("extra_context")
        more = {key: each for key, each in context.items() if is_known(each)} if isinstance(context, dict) else {}
        hint = f"write {template.tag(path, more)}"
        found.left.append(place.note(f"{{% {token.name} {name!r} %}} is to be replaced", hint))


def _read_classes(python: Python, found: Found) -> None:
    for module in python.modules:
        for kind, place in module.heard.classes:
            for start, (message, hint) in CLASSES.items():
                if kind.base.startswith(start):
                    found.left.append(place.warning(message, hint))
                    break
