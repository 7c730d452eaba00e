"""Django in the process of the tests: configured once, and for each test with folders and settings of its own."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.http import HttpResponse
from django.template import engines
from django.templatetags.static import static
from django.test import override_settings
from django.test.utils import setup_test_environment, teardown_test_environment
from django.urls import path

from pipeline.adapters.django import current
from pipeline.manifest import Manifest

STORAGE = "pipeline.adapters.django.storage.PipelineStorage"
PROCESSORS = [
    "django.template.context_processors.request",
    "django.template.context_processors.static",
    "pipeline.adapters.django.context_processors.assets",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "django",
        "OPTIONS": {"context_processors": PROCESSORS},
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "jinja2",
        "OPTIONS": {
            "environment": "pipeline.adapters.django.jinja.environment",
            "context_processors": PROCESSORS,
        },
    },
]


def storages(backend: str = STORAGE, **options: object) -> dict[str, Any]:
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    return {"default": default, "staticfiles": {"BACKEND": backend, "OPTIONS": options}}


if not settings.configured:
    settings.configure(
        SECRET_KEY="a key for tests",
        ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=["pipeline.adapters.django", "django.contrib.staticfiles"],
        STORAGES=storages(),
        TEMPLATES=TEMPLATES,
        STATIC_URL="/static/",
        ROOT_URLCONF="tests.adapters.django_inside",
        USE_TZ=True,
    )
    django.setup()

urlpatterns: list[Any] = [path("url/<path:name>", lambda _, name: HttpResponse(static(name)))]


class Inside:
    """A project with static files in ``static``, and the release in ``public``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "public"
        (folder / "static").mkdir(parents=True)

    def write(self, files: Mapping[str, str | bytes], below: str = "static") -> None:
        for name, content in files.items():
            file = self.folder / below / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)

    @contextmanager
    def configured(self, **given: Any) -> Iterator[None]:
        own = {"BASE_DIR": self.folder, "STATIC_ROOT": self.root, "STATICFILES_DIRS": [self.folder / "static"]}
        with override_settings(**{**own, **given}):
            yield

    def command(self, name: str, *arguments: str, **options: Any) -> str:
        """What a command says, on both streams."""
        said = io.StringIO()
        call_command(name, *arguments, stdout=said, stderr=said, **options)
        return said.getvalue()

    def collect(self, **options: Any) -> str:
        return self.command("collectstatic", interactive=False, **options)

    def manifest(self) -> Manifest:
        return Manifest.from_json((self.root / "manifest.json").read_bytes())

    def published(self, path: str) -> str:
        return (self.root / self.manifest()[path].file).read_text()

    def files(self) -> set[str]:
        """What lies in ``STATIC_ROOT``, but for the build's own."""
        found = (file.relative_to(self.root).as_posix() for file in self.root.rglob("*") if file.is_file())
        return {file for file in found if not file.startswith(".pipeline/")}


def rendered(source: str, engine: str = "django", request: object = None, **context: object) -> str:
    """A template of one of the engines."""
    return str(engines[engine].from_string(source).render(context, request))


@contextmanager
def under_test() -> Iterator[None]:
    """Django's test environment, as `manage.py test` and pytest-django set it up."""
    setup_test_environment()
    try:
        yield
    finally:
        teardown_test_environment()
        current.forget(setting="PIPELINE")
