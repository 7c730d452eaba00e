"""While developing, what is served is that of the last build."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import pytest

from pipeline.errors import ManifestError
from pipeline.serving.latest import tables
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


def test_while_there_is_no_manifest_the_last_release_is_served(site: Site):
    publish(site, "a{}")
    served = latest(site)
    first, manifest = served(), site.output / "manifest.json"
    good = manifest.read_bytes()
    for bad in (b"", b"{}", None):
        manifest.unlink()
        if bad is not None:
            manifest.write_bytes(bad)
        assert served() is first
        manifest.write_bytes(good)
    publish(site, "b{}")
    assert served().find(url(site))


def test_without_a_first_build_it_says_what_to_do(site: Site):
    with pytest.raises(ManifestError) as caught:
        latest(site)
    assert "pipeline build" in caught.value.hint


def test_many_threads_see_one_table(site: Site):
    publish(site, "a{}")
    served = latest(site)
    publish(site, "b{}")
    found: list[Table] = []
    threads = [Thread(target=lambda: found.append(served())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1
    assert found[0].find(url(site))
