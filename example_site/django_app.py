"""Serves the example site with Django: its pages from Django's Jinja engine, its assets from the last build."""  # noqa: INP001  # a script, in no package

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from wsgiref.simple_server import make_server

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from pipeline.adapters.wsgi import StaticFiles
from pipeline.errors import PipelineError

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
OPTIONS = {"environment": "pipeline.adapters.django.jinja.environment"}
settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=["pipeline.adapters.django", "django.contrib.staticfiles"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=secrets.token_hex(),
    STATIC_ROOT=HERE / "build",
    STATIC_URL="/static/",
    STORAGES={"staticfiles": {"BACKEND": "pipeline.adapters.django.storage.PipelineStorage"}},
    TEMPLATES=[{"BACKEND": "django.template.backends.jinja2.Jinja2", "DIRS": [TEMPLATES], "OPTIONS": OPTIONS}],
)


def page(request: HttpRequest, name: str) -> HttpResponse:
    """One of the templates."""
    return render(request, f"{name}.html", {"page": request.path})


names = [file.relative_to(TEMPLATES).with_suffix("").as_posix() for file in TEMPLATES.glob("**/[!_]*.html")]
urlpatterns = [path(name.removesuffix("index"), page, {"name": name}) for name in names]

if __name__ == "__main__":
    try:
        site = StaticFiles(get_wsgi_application(), manifest=HERE / "build" / "manifest.json", base_url="/static/")
    except PipelineError as error:
        sys.exit(f"The site cannot be served: {error}")
    server = make_server("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8000, site)
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)  # noqa: T201  # this is what it has to say
    server.serve_forever()
