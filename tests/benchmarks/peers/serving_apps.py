"""The same release served by WhiteNoise, by pipeline, and by an app that has one answer ready: what servers load.

Run by itself it times calls within the process: ``serving_apps.py APP PATH CALLS`` prints seconds.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from wsgiref.util import FileWrapper, setup_testing_defaults

OUTPUT = Path(os.environ["BENCHMARK_OUTPUT"])
READY = Path(os.environ["BENCHMARK_READY"])
"""What the bare app answers whatever is asked."""


def missing(_environ, start_response):
    start_response("404 Not Found", [("Content-Length", "0")])
    return [b""]


def whitenoise():
    from whitenoise import WhiteNoise

    def immutable(_path, _url):
        return True

    return WhiteNoise(missing, root=OUTPUT, prefix="static/", immutable_file_test=immutable)


def pipeline():
    from pipeline.adapters.wsgi import StaticFiles

    return StaticFiles(missing, manifest=OUTPUT / "manifest.json")


def bare():
    data = READY.read_bytes()
    fields = [("Content-Type", "text/css"), ("Content-Encoding", "gzip"), ("Content-Length", str(len(data)))]

    def app(_environ, start_response):
        start_response("200 OK", fields)
        return [data]

    return app


application = {"whitenoise": whitenoise, "pipeline": pipeline, "bare": bare}[os.environ["BENCHMARK_APP"]]()


def main() -> None:
    path, calls = sys.argv[1], int(sys.argv[2])
    environ = {"PATH_INFO": path, "HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd", "wsgi.file_wrapper": FileWrapper}
    setup_testing_defaults(environ)

    def start_response(_status, _fields, _failure=None):
        return None

    begin = time.perf_counter()
    for _ in range(calls):
        result = application(environ, start_response)
        for _block in result:
            pass
        if hasattr(result, "close"):
            result.close()
    sys.stdout.write(f"{time.perf_counter() - begin}\n")


if __name__ == "__main__":
    main()
