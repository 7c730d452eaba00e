"""The tools of old themselves, in processes of their own: which files they join, in which order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.packages.pypi import wheel

FLASK_ASSETS = """
import flask, importlib
flask.Flask.run = lambda *args, **options: None
environment = importlib.import_module(module).assets
bundles = dict(environment._named_bundles)
"""
OF_YAML = """
from webassets import Environment
from webassets.loaders import YAMLLoader
environment = Environment(directory=module, url="/")
bundles = YAMLLoader(module + "/webassets.yml").load_bundles()
"""
RESOLVED = """
from webassets.bundle import Bundle, wrap

def files(bundle, context):
    inner = wrap(context, bundle)
    found = []
    for _, each in bundle.resolve_contents(inner):
        found += files(each, inner) if isinstance(each, Bundle) else [each]
    return found

print(json.dumps([[name, each.output, files(each, environment)] for name, each in bundles.items()]))
"""
DJANGO_PIPELINE = """
import django
from django.contrib.staticfiles import finders
django.setup()
from pipeline.packager import Packager
found = [each for kind in Packager().packages.values() for each in kind.items()]
print(json.dumps([[name, each.output_filename, [finders.find(path) for path in each.paths]] for name, each in found]))
"""
DJANGO_COMPRESSOR = """
import django, re
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.staticfiles", "compressor"], STATICFILES_DIRS=folders, STATIC_URL="/static/",
    STATIC_ROOT=folders[0] + "/none", COMPRESS_ENABLED=True, COMPRESS_PARSER="compressor.parser.HtmlParser",
    STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder", "compressor.finders.CompressorFinder"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
django.setup()
from compressor.css import CssCompressor
from compressor.js import JsCompressor
from django.template import Context, Template
found = []
for kind, inner in re.findall(r"{% compress (css|js) %}(.*?){% endcompress %}", open(module).read(), re.S):
    html = Template("{% load static %}" + inner.replace(" />", "></script>") if kind == "js" else
                    "{% load static %}" + inner).render(Context())
    compressor = {"css": CssCompressor, "js": JsCompressor}[kind](kind, content=html)
    compressor.split_contents()
    nodes = compressor.media_nodes if kind == "css" else compressor.extra_nodes
    found += [[kind, str(extra), [each[1] for each in node.split_content]] for extra, node in nodes]
print(json.dumps(found))
"""
DIGEST = """
import importlib, pathlib
from flask_static_digest.digester import compile
app = importlib.import_module(module).create_app()
names = []
for name, each in [("", app), *app.blueprints.items()]:
    if each.static_folder:
        compile(each.static_folder, each.static_folder, app.config["FLASK_STATIC_DIGEST_BLACKLIST_FILTER"], True, False)
        listed = json.loads((pathlib.Path(each.static_folder) / "cache_manifest.json").read_text())
        names += [f"{name}/{each}" if name else each for each in listed]
print(json.dumps(sorted(names)))
"""


def _run(program: str, folder: Path, packages: Sequence[Path], **names: Any) -> Any:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("COVERAGE", "DJANGO"))}
    environment |= {"PYTHONPATH": os.pathsep.join(map(str, [*packages, folder]))}
    environment |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": ""}  # it sets options of programs that it finds
    head = "import json\n" + "".join(f"{key} = {value!r}\n" for key, value in names.items())
    done = subprocess.run(
        [sys.executable, "-c", head + program], capture_output=True, text=True, check=False, cwd=folder, env=environment
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def flask_assets(folder: Path, module: str) -> list[Any]:
    """Name, output and files of every bundle of the ``Environment`` that is called ``assets`` in a module."""
    packages = [wheel("Flask-Assets", "2.1.0")]
    return list(_run(FLASK_ASSETS + RESOLVED, folder, packages, module=module))


def webassets_yaml(folder: Path) -> list[Any]:
    """The same of a file ``webassets.yml`` beside its sources."""
    return list(_run(OF_YAML + RESOLVED, folder, [], module=str(folder)))


def django_pipeline(folder: Path) -> list[Any]:
    """Name, output and files of every group in ``tests.settings``."""
    return list(_run(DJANGO_PIPELINE, folder, [wheel("django-pipeline", "4.1.0")]))


def django_compressor(template: Path, folders: Sequence[Path]) -> list[Any]:
    """Kind, attributes and files of every element that django-compressor makes of a template's tags."""
    packages = [wheel("django-compressor", "4.6.0"), wheel("django-appconf", "1.2.0")]
    return list(_run(DJANGO_COMPRESSOR, template.parent, packages, module=str(template), folders=[*map(str, folders)]))


def flask_static_digest(folder: Path, module: str) -> list[str]:
    """The names in the manifests of the app that a module's ``create_app`` makes; those of blueprints with theirs."""
    return list(_run(DIGEST, folder, [wheel("Flask-Static-Digest", "0.4.1")], module=module))
