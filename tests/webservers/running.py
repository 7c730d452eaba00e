"""Real servers that serve a site: nginx, Caddy and Apache as they are told to, our apps in WSGI and ASGI servers."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from click.testing import CliRunner

from pipeline.cli import cli
from tests.servers import free_port
from tests.sites import Site
from tests.tools import require_file, require_tool

Server = Callable[[Site, Path], AbstractContextManager[str]]
"""Serves a site, with a folder of its own; gives the address."""
NGINX = """
{modules}
daemon off; worker_processes 1; master_process off; pid "{folder}/nginx.pid"; error_log stderr warn;
events {{ worker_connections 64; }}
http {{
    access_log off;
    map $http_upgrade $somebody_elses {{ default ""; }}
    client_body_temp_path "{folder}/a"; proxy_temp_path "{folder}/b"; fastcgi_temp_path "{folder}/c";
    uwsgi_temp_path "{folder}/d"; scgi_temp_path "{folder}/e";
    include "{folder}/printed";
}}
"""
APACHE = """
ServerRoot "{folder}"
ServerName localhost
PidFile "{folder}/pid"
Listen 127.0.0.1:{port}
ErrorLog "{folder}/errors.log"
Mutex "file:{folder}" default
{modules}
TypesConfig /etc/mime.types
AddType application/x-gzip .gz .tgz
AddEncoding x-gzip .gz
AddOutputFilterByType DEFLATE text/html text/css text/javascript
Include "{folder}/printed"
"""
MODULES = (
    "mpm_event",
    "allowmethods",
    "authz_core",
    "alias",
    "deflate",
    "dir",
    "filter",
    "headers",
    "mime",
    "negotiation",
    "rewrite",
    "setenvif",
)
BROTLI = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so"
"""Of Debian's libnginx-mod-http-brotli-static."""
WSGI = """
import sys
from waitress import serve
from pipeline.adapters.wsgi import StaticFiles
serve(StaticFiles(manifest=sys.argv[1]), listen="127.0.0.1:" + sys.argv[2])
"""
ASGI = """
import sys
import uvicorn
from pipeline.adapters.asgi import StaticFiles
uvicorn.run(StaticFiles(manifest=sys.argv[1]), port=int(sys.argv[2]), log_level="warning")
"""


@contextlib.contextmanager
def process(
    log: Path,
    command: Sequence[str],
    port: int,
    environ: Mapping[str, str] | None = None,
    pids: list[int] | None = None,
) -> Iterator[str]:
    """The address of a server that is started by a command, until the end of it and of all that it started.

    Its process leads a session of its own, whose number is added to ``pids``.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    with log.open("wb") as stream:
        running = subprocess.Popen(
            command, stdout=stream, stderr=stream, start_new_session=True, env={**own, **(environ or {})}
        )
    try:
        _wait_for(port, running, log)
        if pids is not None:
            pids.append(running.pid)
        yield f"http://127.0.0.1:{port}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()


def _wait_for(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    while running.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.02)
    raise AssertionError(log.read_text())


def printed(site: Site, server: str, *arguments: str) -> str:
    """What ``pipeline webserver`` prints."""
    done = CliRunner().invoke(cli, ["-C", str(site.folder), "webserver", server, *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@contextlib.contextmanager
def nginx(site: Site, folder: Path) -> Iterator[str]:
    program, port = require_tool("nginx"), free_port()
    folder.mkdir()
    modules = f"load_module {require_file(BROTLI)};"
    (folder / "printed").write_text(printed(site, "nginx", "--port", str(port)))
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, modules=modules))
    command = [program, "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with process(folder / "log", command, port) as address:
        yield address


@contextlib.contextmanager
def caddy(site: Site, folder: Path) -> Iterator[str]:
    program, port = require_tool("caddy"), free_port()
    folder.mkdir()
    (folder / "Caddyfile").write_text("{\n\tadmin off\n}\n" + printed(site, "caddy", "--port", str(port)))
    command = [program, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with process(folder / "log", command, port, home) as address:
        yield address


@contextlib.contextmanager
def apache(site: Site, folder: Path) -> Iterator[str]:
    program, port = require_tool("apache2"), free_port()
    folder.mkdir()
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES)
    (folder / "printed").write_text(printed(site, "apache", "--port", str(port)))
    (folder / "apache.conf").write_text(APACHE.format(folder=folder, port=port, modules=modules))
    command = [program, "-D", "FOREGROUND", "-f", str(folder / "apache.conf")]
    with process(folder / "log", command, port) as address:
        yield address


def python(code: str, *arguments: str) -> Server:
    """A server in Python: code that gets the manifest, a port, and more arguments."""

    @contextlib.contextmanager
    def run(site: Site, folder: Path) -> Iterator[str]:
        port = free_port()
        folder.mkdir()
        command = [sys.executable, "-c", code, str(site.output / "manifest.json"), str(port), *arguments]
        with process(folder / "log", command, port) as address:
            yield address

    return run


SERVERS: Mapping[str, Server] = {
    "wsgi": python(WSGI),
    "asgi": python(ASGI),
    "nginx": nginx,
    "caddy": caddy,
    "apache": apache,
}
