"""The cache that several machines share, over the network: S3, and servers that are down or silent."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.engine import shared
from pipeline.engine.cache import Cache
from pipeline.engine.cache_use import opened
from pipeline.engine.shared import Shared
from tests.config.configurations import configured, declared, errors_of
from tests.servers import free_port, s3_server, silent_server
from tests.sites import Site

COUNTING = """
from dataclasses import dataclass, replace
from pathlib import Path
from pipeline.asset import Blob
from pipeline.transforms import Made

@dataclass(frozen=True)
class Step:
    joins = False

    def __call__(self, asset, fetch):
        with (Path(__file__).parent / "runs.txt").open("a") as stream:
            stream.write(asset.path + "\\n")
        dyed = asset.content.read().replace(b"red", b"blue")
        return Made((replace(asset, content=Blob.of(dyed), origin=(asset,)),))
"""
FILES = {f"css/{number}.css": f"a{number} {{ color : red }}\n" * 100 for number in range(80)}


@pytest.fixture(scope="module")
def s3(tmp_path_factory) -> Iterator[Mapping[str, str]]:
    with s3_server(tmp_path_factory.mktemp("s3")) as variables:
        yield variables


def objects(s3: Mapping[str, str], prefix: str) -> tuple[Any, list[str]]:
    """A client, and the names of all objects below a prefix."""
    import boto3

    client = boto3.client(
        "s3",
        endpoint_url=s3["AWS_ENDPOINT_URL"],
        region_name=s3["AWS_DEFAULT_REGION"],
        aws_access_key_id=s3["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=s3["AWS_SECRET_ACCESS_KEY"],
    )
    pages = client.get_paginator("list_objects_v2").paginate(Bucket="bucket", Prefix=prefix)
    return client, [each["Key"] for page in pages for each in page.get("Contents", [])]


def prepare(site: Site, url: str, key: str = "shared_cache") -> None:
    site.write(FILES)
    (site.folder / "counting.py").write_text(COUNTING)
    site.configure(
        f'sources = ["src"]\noutput = "out"\n{key} = "{url}"\n'
        '[bundles."all.css"]\nsources = ["css/*.css"]\nkeep = true\nsteps = ["counting:Step", "concat"]\n'
    )


def built(site: Site, s3: Mapping[str, str]) -> str:
    """What was said; with the bytes that are published it is the whole of what a build does."""
    done = site.run("build", env=dict(s3))
    assert done.returncode == 0, done.stderr
    return done.stderr


def runs(site: Site) -> int:
    """How often the step ran."""
    file = site.folder / "runs.txt"
    return len(file.read_text().splitlines()) if file.exists() else 0


@pytest.mark.parametrize("key", ["shared_cache", "cache"])
def test_a_second_machine_builds_without_running_a_step(site, other_site, s3, key):
    for each in (site, other_site):
        prepare(each, f"s3://bucket/second-{key}", key)
    assert "shared cache" not in built(site, s3)
    assert runs(site) == len(FILES)
    assert "shared cache" not in built(other_site, s3)
    assert runs(other_site) == 0
    assert other_site.files() == site.files()
    assert (other_site.folder / ".pipeline-cache/2/cache.sqlite").exists()
    assert not (other_site.folder / "s3:").exists()


def test_what_came_from_there_is_kept_here(site, other_site, s3):
    for each in (site, other_site):
        prepare(each, "s3://bucket/kept")
    built(site, s3)
    built(other_site, s3)
    away = {**s3, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}
    (other_site.output / "manifest.json").unlink()
    assert "shared cache" not in built(other_site, away)
    assert runs(other_site) == 0


def test_nothing_is_asked_when_nothing_changed(site, s3):
    prepare(site, "s3://bucket/quiet")
    built(site, s3)
    away = {**s3, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}
    assert "nothing changed" in built(site, away)
    assert "shared cache" not in built(site, away)


def test_a_flipped_byte_there_is_noticed_and_the_piece_made_again(site, other_site, s3):
    for each in (site, other_site):
        prepare(each, "s3://bucket/flipped")
    built(site, s3)
    client, names = objects(s3, "flipped/")
    assert names
    for name in names:
        data = bytearray(client.get_object(Bucket="bucket", Key=name)["Body"].read())
        data[-1] ^= 1
        client.put_object(Bucket="bucket", Key=name, Body=bytes(data))
    built(other_site, s3)
    assert runs(other_site) == len(FILES)
    assert other_site.files() == site.files()


def test_a_value_under_the_name_of_another_is_not_taken(tmp_path):
    folder = tmp_path / "store"
    folder.mkdir()
    with opened(tmp_path / "one", 10**9, f"file://{folder}") as cache:
        cache.put("a", b"of a")
        cache.put("b", b"of b")
    first, second = sorted((folder / "pipeline-2").iterdir())
    first.write_bytes(second.read_bytes())
    with opened(tmp_path / "two", 10**9, f"file://{folder}") as cache:
        cache.bring(["a", "b"])
        assert list(cache.get_all(["a", "b"]).items()) in ([("a", b"of a")], [("b", b"of b")])


def test_thousands_of_values_come_in_a_few_questions(tmp_path, monkeypatch):
    from fsspec.implementations.local import LocalFileSystem

    folder = tmp_path / "store"
    folder.mkdir()
    with opened(tmp_path / "one", 10**9, f"file://{folder}") as cache:
        for number in range(2000):
            cache.put(f"key {number}", b"%d" % number * 100)
    asked: list[int] = []
    cat = LocalFileSystem.cat

    def counted(self: Any, paths: Any, **options: Any) -> Any:
        asked.append(len(paths))
        return cat(self, paths, **options)

    monkeypatch.setattr(LocalFileSystem, "cat", counted)
    with opened(tmp_path / "two", 10**9, f"file://{folder}") as cache:
        cache.bring(f"key {number}" for number in range(2000))
        assert cache.get("key 1999") == b"1999" * 100
        assert sum(asked) == 2000
        assert len(asked) < 12
        cache.bring(f"key {number}" for number in range(2000))
        assert sum(asked) == 2000


@pytest.mark.parametrize("timeout", [1.0])
def test_a_server_that_hangs_costs_a_bounded_time_and_a_warning(tmp_path, timeout):
    with silent_server() as port:
        cache = Cache(tmp_path / "cache", 10**9, Shared(f"ftp://127.0.0.1:{port}/cache", timeout))
        start = time.monotonic()
        cache.bring(["a"])
        cache.put("a", b"made")
        cache.bring(["b"])
        assert cache.get("a") == b"made"
        cache.close()
        assert time.monotonic() - start < 10 * timeout
    assert cache.problems == [
        f"the shared cache 'ftp://127.0.0.1:{port}/cache' is not used: no answer within {timeout:g} s"
    ]


def test_a_store_that_answers_slowly_is_given_up_after_a_while(tmp_path, monkeypatch):
    from fsspec.implementations.local import LocalFileSystem

    cat = LocalFileSystem.cat

    def slow(self: Any, paths: Any, **options: Any) -> Any:
        time.sleep(0.2)
        return cat(self, paths, **options)

    monkeypatch.setattr(LocalFileSystem, "cat", slow)
    monkeypatch.setattr(shared, "PATIENCE", 0.5)
    url = f"file://{tmp_path}"
    cache = Cache(tmp_path / "cache", 10**9, Shared(url))
    start = time.monotonic()
    cache.bring(f"key {number}" for number in range(256 * 100))
    cache.close()
    assert time.monotonic() - start < 10
    assert cache.problems == [f"the shared cache '{url}' is too slow: a build waits 0.5 s for it, and no longer"]


def test_a_server_that_is_down_costs_one_warning(site, s3):
    prepare(site, "s3://bucket/down")
    said = built(site, {**s3, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"})
    assert said.count("the shared cache 's3://bucket/down' is not used") == 1, said
    assert "Traceback" not in said
    assert runs(site) == len(FILES)


@pytest.mark.parametrize(("url", "why"), [("s3://nobody/x", "FileNotFoundError"), ("nosuch://host/x", "ValueError")])
def test_a_store_that_is_none_costs_one_warning(site, s3, url, why):
    prepare(site, url)
    said = built(site, s3)
    assert said.count(f"the shared cache '{url}' is not used: {why}") == 1, said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('shared_cache = "bucket"', "2:1: the shared cache 'bucket' must be a URL such as 's3://bucket/folder'"),
        ('cache = "s3://"', "2:1: the shared cache 's3://' must be a URL such as 's3://bucket/folder'"),
        ('shared_cache = "s3://b/*"', "2:1: the shared cache 's3://b/*' must have none of * ? [ ]"),
        ("shared_cache = 3", "2:1: 'shared_cache' must be a string, not an integer"),
    ],
)
def test_a_url_that_is_none_is_said_with_its_place(tmp_path, toml, said):
    assert errors_of(declared(tmp_path, f'sources = ["assets"]\n{toml}\n')) == [f"pipeline.toml:{said}"]


def test_a_url_as_the_cache_leaves_the_local_one_where_it_is(tmp_path: Path):
    config = configured(tmp_path, 'cache = "s3://bucket/site/"')
    assert config.cache == tmp_path / ".pipeline-cache"
    assert config.shared_cache == "s3://bucket/site"


def test_what_was_made_is_not_sent_after_an_interrupt(tmp_path):
    folder = tmp_path / "store"
    folder.mkdir()

    def interrupted() -> None:
        with opened(tmp_path / "one", 10**9, f"file://{folder}") as cache:
            cache.put("a", b"made")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not [*folder.iterdir()]


def test_processes_that_are_no_forks_find_the_steps_of_the_project(site, tmp_path):
    folder = tmp_path / "store"
    folder.mkdir()
    prepare(site, f"file://{folder}")
    site.write({f"css/{number}.css": f"a{number} {{ color : red }}\n" * 9000 for number in range(10)})
    site.configure((site.folder / "pipeline.toml").read_text() + '[bundles."b.css"]\nsources = ["css/1.css"]\n')
    done = site.run("-C", str(site.folder), "build", "--jobs", "2", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert runs(site) == len(FILES)
