"""The example site for tests: a copy of it built by the real command, and served by its own server."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

EXAMPLE = Path(__file__).parent.parent / "example_site"
Answer = tuple[int, dict[str, str], bytes]


def built(folder: Path) -> Path:
    """A copy of the site in ``folder``, built."""
    copy = folder / "site"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("build", ".pipeline-cache", "__pycache__"))
    command = [sys.executable, "-m", "pipeline", "-C", str(copy), "build"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return copy


@contextlib.contextmanager
def serving(site: Path, script: str = "serve.py") -> Iterator[str]:
    """The address of one of the site's servers, while it runs."""
    command = [sys.executable, str(site / script), "0"]
    log = site.parent / "server.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as server,
    ):
        assert server.stdout
        address = server.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), log.read_text()
        try:
            yield address
        finally:
            server.terminate()


def get(address: str, path: str, **headers: str) -> Answer:
    """A response by itself: ``path`` goes over the wire as it is."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    answer = response.status, dict(response.getheaders()), response.read()
    connection.close()
    return answer
