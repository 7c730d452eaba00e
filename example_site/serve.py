"""Serves the example site: its pages from templates, its assets from the last build."""  # noqa: INP001  # a script, in no package

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.adapters.jinja import install
from pipeline.errors import PipelineError
from pipeline.runtime import Assets

HERE = Path(__file__).resolve().parent
Responses = dict[str, tuple[int, dict[str, str], bytes]]


def answers() -> tuple[Responses, Responses]:
    """Every response there is, by path; and those that are the same, compressed."""
    assets = Assets.load(HERE / "build" / "manifest.json", "/static/")
    templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)
    install(templates, assets)
    plain, gzipped = Responses(), Responses()
    for name in templates.list_templates(filter_func=lambda name: not name.startswith("_")):
        page = "/" + name.removesuffix(".html").removesuffix("index")
        html = templates.get_template(name).render(page=page).encode()
        plain[page] = (200, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache"}, html)
    for path, entry in assets.manifest.entries.items():
        age = "no-cache" if entry.file == path else "public, max-age=31536000, immutable"
        headers = {"Content-Type": entry.type, "Cache-Control": age, "Vary": "Accept-Encoding"}
        plain[f"/static/{entry.file}"] = (200, headers, (HERE / "build" / entry.file).read_bytes())
        if variant := entry.variants.get("gzip"):
            body = (HERE / "build" / variant.file).read_bytes()
            gzipped[f"/static/{entry.file}"] = (200, headers | {"Content-Encoding": "gzip"}, body)
    return plain, gzipped


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        found = GZIPPED.get(path) if "gzip" in self.headers.get("Accept-Encoding", "") else None
        missing = (404, {"Content-Type": "text/plain", "Cache-Control": "no-store"}, b"not found\n")
        status, headers, body = found or PLAIN.get(path, missing)
        self.send_response(status)
        for name, value in {**headers, "X-Content-Type-Options": "nosniff", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    try:
        PLAIN, GZIPPED = answers()
    except PipelineError as error:
        sys.exit(f"The site cannot be served: {error}")
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8000), Handler)
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)  # noqa: T201  # this is what it has to say
    server.serve_forever()
