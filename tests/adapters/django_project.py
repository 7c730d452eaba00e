"""A Django project in a folder, run as its users do: ``manage.py``, servers and pages."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from pipeline.manifest import Manifest
from tests.servers import free_port, running, wait_for

MANAGE = """\
import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
"""
SETTINGS = """\
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent
SECRET_KEY = "a key for tests"
DEBUG = "DEBUG" in os.environ
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["pipeline.adapters.django", "django.contrib.staticfiles", "shop"]
MIDDLEWARE = []
ROOT_URLCONF = "urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.static",
                "pipeline.adapters.django.context_processors.assets",
            ]
        },
    }
]
STATIC_URL = os.environ.get("STATIC_URL", "/static/")
STATIC_ROOT = BASE_DIR / "public"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "pipeline.adapters.django.storage.PipelineStorage"},
}
USE_TZ = True
"""
URLS = """\
from django.http import HttpResponse
from django.templatetags.static import static
from django.urls import path

urlpatterns = [path("url/<path:name>", lambda request, name: HttpResponse(static(name)))]
"""
WSGI = """\
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
"""
SERVE = """\
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server

from wsgi import application

class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

make_server("127.0.0.1", int(sys.argv[1]), application, Server).serve_forever()
"""


class Project:
    """A project with the app ``shop``; ``DEBUG`` in its environment is its debug mode."""

    def __init__(self, folder: Path, more_settings: str = "") -> None:
        self.folder = folder
        self.write({"manage.py": MANAGE, "settings.py": SETTINGS + more_settings, "urls.py": URLS, "wsgi.py": WSGI})
        self.write({"serve.py": SERVE, "shop/__init__.py": ""})

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)

    def manage(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run ``manage.py``."""
        return self.python("manage.py", *arguments, **variables)

    def python(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the folder."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def done(self, *arguments: str, **variables: str) -> str:
        """What ``manage.py`` says on standard output; it must go well."""
        done = self.manage(*arguments, **variables)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def manifest(self) -> Manifest:
        return Manifest.from_json((self.folder / "public/manifest.json").read_bytes())

    @contextmanager
    def server(self, *arguments: str, log: str = "server.log", **variables: str) -> Iterator[Server]:
        """A Python program of the project that serves at the port that stands for ``PORT``."""
        port, said = free_port(), self.folder / log
        filled = [each.replace("PORT", str(port)) for each in arguments]
        before = os.getcwd()
        os.chdir(self.folder)
        try:
            with running(said, *filled, **variables) as process:
                os.chdir(before)
                wait_for(port, said)
                yield Server(f"http://127.0.0.1:{port}", said, process)
        finally:
            os.chdir(before)


class Server:
    """A server, what it said, and its process."""

    def __init__(self, address: str, log: Path, process: subprocess.Popen[bytes]) -> None:
        self.address, self.log, self.process = address, log, process

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page; 0 while nobody answers."""
        try:
            with urlopen(self.address + path, timeout=30) as response:
                return response.status, response.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except (URLError, ConnectionError):
            return 0, ""

    def said(self) -> Any:
        return self.log.read_text()
