"""Servers that tests talk to over the network: a Dask scheduler with workers, S3, and one that never answers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

STARTING = 60
"""Seconds."""
S3 = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=int(sys.argv[1]), verbose=False)
server.start()
sys.stdin.read()
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def running(log: Path, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Python program, and all that it started, until the end."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=stream,
            stderr=stream,
            env={**own, **variables},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):  # it has ended
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_for(port: int, log: Path) -> None:
    """Until somebody listens on a port."""
    end = time.monotonic() + STARTING
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text())


@contextmanager
def dask_scheduler(folder: Path) -> Iterator[str]:
    """The address of a scheduler without workers, which gives work up that killed a worker twice."""
    port, log = free_port(), folder / "scheduler.log"
    arguments = ("-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    with running(log, *arguments, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1"):
        wait_for(port, log)
        yield f"127.0.0.1:{port}"


@contextmanager
def dask_workers(folder: Path, address: str, count: int = 2) -> Iterator[None]:
    """Worker processes of a scheduler, started again when they die."""
    arguments = ("-m", "dask", "worker", f"tcp://{address}", "--nworkers", str(count), "--nthreads", "1")
    own = (*arguments, "--no-dashboard", "--local-directory", str(folder / "workers"))
    with running(folder / "workers.log", *own):
        yield


@contextmanager
def s3_server(folder: Path) -> Iterator[Mapping[str, str]]:
    """The variables with which S3 clients find a server with the bucket ``bucket``."""
    import boto3

    port, log = free_port(), folder / "s3.log"
    variables = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with running(log, "-c", S3, str(port)):
        wait_for(port, log)
        client = boto3.client(
            "s3",
            endpoint_url=variables["AWS_ENDPOINT_URL"],
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        client.create_bucket(Bucket="bucket")
        yield variables


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield int(server.getsockname()[1])
