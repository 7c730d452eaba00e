"""While developing, what is served is that of the last build."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

import pytest

from pipeline.errors import ManifestError
from pipeline.runtime import unbuilt
from pipeline.serving.latest import Latest, tables
from pipeline.serving.loading import load
from pipeline.serving.table import Table
from tests.sites import Site


def latest(site: Site, *, reload: bool = True) -> Callable[[], Table]:
    return tables(site.output / "manifest.json", "/static/", None, None, reload=reload)


def url(site: Site) -> str:
    return f"/static/{site.manifest['site.css'].url}"


def publish(site: Site, css: str) -> None:
    site.write({"site.css": css})
    site.publish()


def test_another_build_is_served_at_once(site: Site):
    publish(site, "a{}")
    served = latest(site)
    first = served()
    assert served() is first
    publish(site, "b{}")
    assert served().find(url(site))
    assert served() is served()


def test_without_reload_the_table_stays_what_it_was(site: Site):
    publish(site, "a{}")
    served = latest(site, reload=False)
    publish(site, "b{}")
    assert served().find(url(site)) is None


def test_while_there_is_no_good_manifest_the_last_release_is_served_and_the_log_says_so_once(
    site: Site, caplog: pytest.LogCaptureFixture
):
    publish(site, "a{}")
    served = latest(site)
    first, manifest = served(), site.output / "manifest.json"
    manifest.unlink()
    manifest.write_bytes(b"{}")
    for _ in range(3):
        assert served() is first
    assert [record.getMessage() for record in caplog.records] == [
        f"{manifest}: has version None, not 1; build again; the last good release is served"
    ]
    manifest.unlink()
    publish(site, "b{}")
    assert served().find(url(site))


def test_tests_that_need_no_build_get_an_app_that_serves_nothing(site: Site):
    with unbuilt.testing():
        assert latest(site)().find("/static/site.css") is None
        assert latest(site)().base == "/static/"


def test_without_a_first_build_it_says_what_to_do(site: Site):
    with pytest.raises(ManifestError) as caught:
        latest(site)
    assert "pipeline build" in caught.value.hint


def test_threads_do_not_wait_for_the_one_that_makes_the_table(site: Site):
    publish(site, "a{}")
    manifest, begun, go_on = site.output / "manifest.json", Event(), Event()

    def make() -> Table:
        if begun.is_set() or not busy:
            return load(manifest, "/static/")
        begun.set()
        go_on.wait(30)
        return load(manifest, "/static/")

    busy: list[bool] = []
    served = Latest(manifest, make)
    first = served()
    busy.append(True)
    publish(site, "b{}")
    thread = Thread(target=served)
    thread.start()
    assert begun.wait(30)
    assert served() is first
    go_on.set()
    thread.join()
    assert served().find(url(site))
