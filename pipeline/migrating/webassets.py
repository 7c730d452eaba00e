"""webassets and Flask-Assets: bundles in Python, YAML and templates, and the options of their environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.migrating import Found
from pipeline.migrating._environment import ENVIRONMENTS, Environment
from pipeline.migrating._nodes import BUNDLES, Node, Reader
from pipeline.migrating._outputs import Outputs
from pipeline.migrating._reading.project import Project
from pipeline.migrating._reading.python import Python
from pipeline.migrating._reading.template_calls import arguments, names_of_files
from pipeline.migrating._reading.templates import blocks
from pipeline.migrating._reading.values import Call
from pipeline.migrating._reading.yaml import documents

__all__ = ["webassets"]

PACKAGES = ("webassets", "flask_assets", "flask.ext.assets")
INSTEAD = "`from pipeline.adapters.flask import Pipeline` and `Pipeline(app)` take its place"
NOT_WRITTEN = "write {{ asset_tags(…) }} with the paths of its bundles"


def webassets(project: Project, python: Python) -> Found | None:
    """Sources, bundles with their steps, and the tags of templates."""
    imports = python.imports(*PACKAGES)
    yaml = [*documents(project)]
    if not imports and not yaml:
        return None
    found = Found("webassets")
    environment = Environment(project, python, found, [values for _, values, _ in yaml])
    reader = Reader(found.left, environment.values)
    nodes, of_yaml = _nodes(project, python, yaml, reader)
    anonymous = [*of_yaml, *(reader.of_call(call) for call in python.calls(*BUNDLES))]
    environment.find_roots([file for file, _, _ in yaml], [*nodes.values(), *anonymous])
    outputs = Outputs(project, found.roots, found.left, recursive=_has_glob2(project))
    named = {name: outputs.add(node) for name, node in nodes.items() if node.merge}
    inner = {id(each) for node in (*nodes.values(), *anonymous) for each in node.contents if isinstance(each, Node)}
    for node in anonymous:
        if node.output and node.merge and id(node) not in inner:
            outputs.add(node)
    for node in (*nodes.values(), *anonymous):
        if not node.merge:
            found.left.append(node.place.note("the files of this bundle are published one by one, without a bundle"))
    _read_templates(project, found, reader, named | _variables(python, reader, outputs), outputs)
    found.bundles = [*outputs.bundles.values()]
    found.roots += outputs.roots
    found.generated = outputs.generated
    found.named = names_of_files(project)
    found.left += [place.note("what is imported here and used below is needed no more", INSTEAD) for place in imports]
    return found


def _nodes(
    project: Project, python: Python, yaml: list[tuple[Path, dict[Any, Any], dict[Any, int]]], reader: Reader
) -> tuple[dict[str, Node], list[Node]]:
    """All bundles that have names, and all of YAML: two files may give one name to two."""
    nodes: dict[str, Node] = {}
    of_yaml: list[Node] = []
    for call in python.calls(".register"):
        nodes |= _registered(call, reader)
    for file, values, lines in yaml:
        declared = values.get("bundles", values)
        given = {str(key): each or {} for key, each in declared.items()} if isinstance(declared, dict) else {}
        here = {
            name: Node([], [], None, project.place(file, lines.get(name)))
            for name, each in given.items()
            if isinstance(each, dict) and "contents" in each
        }
        nodes |= here
        of_yaml += here.values()
        for name, node in here.items():
            reader.fill(node, _contents(given[name]["contents"], nodes, node, reader), given[name])
        for each in values.get("filters") or ():
            reader.left.append(project.place(file).warning(f"the filter {each!r} is of your own", "write it as a step"))
    return nodes, of_yaml


def _contents(given: Any, nodes: dict[str, Node], outer: Node, reader: Reader) -> list[Any]:
    """Contents in YAML: paths, names of bundles, bundles."""
    found: list[Any] = []
    for each in given if isinstance(given, list) else [given]:
        if isinstance(each, dict):
            node = Node([], [], None, outer.place)
            reader.fill(node, _contents(each.get("contents", []), nodes, node, reader), each)
            found.append(node)
        else:
            found.append(nodes.get(each, each) if isinstance(each, str) else each)
    return found


def _registered(call: Call, reader: Reader) -> dict[str, Node]:
    """``environment.register(name, …)`` and ``add``; other things have methods of these names too."""
    first, *rest = [*call.args, None]
    bundles = [each for each in call.args if isinstance(each, Call) and each.name in BUNDLES]
    ours = isinstance(call.receiver, Call) and call.receiver.name in ENVIRONMENTS
    if call.last == "add":
        for each in bundles:
            reader.of_call(each)
        return {}
    if isinstance(first, dict) and any(isinstance(each, Call) and each.name in BUNDLES for each in first.values()):
        return {str(name): reader.of_call(each) for name, each in first.items() if isinstance(each, Call)}
    if not (ours or bundles or "output" in call.options):
        return {}
    if not isinstance(first, str):
        reader.left.append(call.place.warning("what is registered here is computed, so it was left out"))
        return {}
    if len(call.args) == 2 and bundles and not call.options:  # noqa: PLR2004  (a name and a bundle)
        return {first: reader.of_call(bundles[0])}
    node = Node([], [], None, call.place)
    reader.fill(node, rest[:-1], call.options)
    return {first: node}


def _variables(python: Python, reader: Reader, outputs: Outputs) -> dict[str, list[str]]:
    """Bundles by the names of the variables they were assigned to, as webassets' PythonLoader has them."""
    return {
        name: outputs.add(reader.of_call(each))
        for module in python.modules
        for name, each in module.scope.names.items()
        if isinstance(each, Call) and each.name in BUNDLES and reader.of_call(each).output
    }


def _read_templates(
    project: Project, found: Found, reader: Reader, named: dict[str, list[str]], outputs: Outputs
) -> None:
    """``{% assets "name" %}``, and with files and options of its own."""
    for tag in blocks(project, "assets"):
        args, options = arguments(tag.token.text) or ((...,), {})
        files = [each for one in args for each in (one if isinstance(one, list | tuple) else [one])]
        if any(not isinstance(each, str) for each in files) or ... in options.values():
            found.left.append(tag.place.warning("what this tag stands for is computed", NOT_WRITTEN))
            continue
        if "output" in options or "filters" in options:
            node = Node([], [], None, tag.place)
            reader.fill(node, [each for each in files if each not in named], options)
            paths = outputs.add(node)
        else:
            paths = [path for each in files for path in named.get(each, ())]
            for each in files:
                if each not in named:
                    found.left.append(tag.place.warning(f"there is no bundle {each!r}", NOT_WRITTEN))
        if paths:
            shown = ", ".join(f'"{path}"' for path in paths)
            hint = f"write {{{{ asset_tags({shown}) }}}}, with the attributes of its elements as arguments"
            found.left.append(tag.place.note("this tag is to be replaced, with all up to {% endassets %}", hint))


def _has_glob2(project: Project) -> bool:
    """Whether webassets takes ``**`` for any number of folders: it does where that package is installed."""
    listed = project.files((".txt", ".toml", ".cfg", ".py", ".in"))
    names = ("requirements", "pyproject", "setup", "pipfile")
    return any(b"glob2" in (project.read(file) or b"") for file in listed if file.name.lower().startswith(names))
