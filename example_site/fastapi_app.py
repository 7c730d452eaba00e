"""Serves the example site with FastAPI: its pages from templates, its assets from the last build."""  # noqa: INP001  # a script, in no package

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.adapters.asgi import StaticFiles
from pipeline.adapters.jinja import install
from pipeline.errors import PipelineError
from pipeline.runtime import Assets

HERE = Path(__file__).resolve().parent
MANIFEST = HERE / "build" / "manifest.json"

environment = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)
templates = Jinja2Templates(env=environment)
names = environment.list_templates(filter_func=lambda name: not name.startswith("_"))
PAGES = {"/" + name.removesuffix(".html").removesuffix("index"): name for name in names}

app = FastAPI(title="Saltmark Tidal Pool", docs_url=None, redoc_url=None, openapi_url=None)
try:
    install(environment, Assets.load(MANIFEST, "/static/"))
    app.mount("/static", StaticFiles(manifest=MANIFEST, base_url="/static/"))
except PipelineError as error:
    sys.exit(f"The site cannot be served: {error}")


@app.get("/{path:path}")
def page(path: str, request: Request) -> Response:
    """A page of the site."""
    name = PAGES.get(f"/{path}")
    if name is None:
        raise HTTPException(404, headers={"Cache-Control": "no-store"})
    return templates.TemplateResponse(request, name, {"page": f"/{path}"}, headers={"Cache-Control": "no-cache"})


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]) if len(sys.argv) > 1 else 8000)
