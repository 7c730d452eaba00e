"""What holds for every site with modules: random graphs with cycles, in which files name each other in every way."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.manifest import Manifest
from tests.sites import Site
from tests.test_laws import FOLDERS, quick, reaching, up, urls, with_site

STYLES = ("importmap", "rewrite")
BASE = "http://x/"
BY_NAME = {  # by what a map could tell: none of these changes in the style "importmap"
    "static": 'import"{}";',
    "export": 'export*from"{}";',
    "dynamic": 'import("{}");',
    "resolve": 'import.meta.resolve("{}");',
    "bare": 'import"{}";',
}
BY_URL = {".js": 'new URL("{}",import.meta.url);', ".css": '.a{{b:url("{}")}}', ".html": '<img src="{}">'}
MARKED = {".js": "m('{}');", ".css": ".m{{content:'{}'}}", ".html": "<p title={}>"}


def nodes(count):
    """For each file its folder, its suffix, and the files it names and how."""
    named = st.tuples(st.integers(0, count - 1), st.sampled_from(["url", *BY_NAME]))
    one = st.tuples(st.sampled_from(FOLDERS), st.sampled_from([*BY_URL, ".js", ".js"]), st.lists(named, max_size=3))
    return st.lists(one, min_size=count, max_size=count)


graphs = st.integers(1, 6).flatmap(lambda count: st.tuples(nodes(count), st.integers(0, count - 1)))


class Graph:
    """What is drawn, such that only modules are named as modules, and only by modules."""

    def __init__(self, drawn):
        self.suffixes = [suffix for _, suffix, _ in drawn]
        self.names = [f"{folder}f{index}{suffix}" for index, (folder, suffix, _) in enumerate(drawn)]
        scripts = [suffix == ".js" for suffix in self.suffixes]
        self.edges = [
            [(target, way if scripts[index] and scripts[target] else "url") for target, way in named]
            for index, (_, _, named) in enumerate(drawn)
        ]

    def targets(self, *, by_name):
        return [[target for target, way in named if by_name or way == "url"] for named in self.edges]

    def files(self, changed=None):
        return {name: self.text(index, changed=index == changed) for index, name in enumerate(self.names)}

    def text(self, index, *, changed):
        suffix = self.suffixes[index]
        lines = [
            (BY_URL[suffix] if way == "url" else BY_NAME[way]).format(self.specifier(index, target, way))
            for target, way in self.edges[index]
        ]
        return "\n".join([*lines, MARKED[suffix].format("y" if changed else "x")])

    def specifier(self, index, target, way):
        return f"name{target}" if way == "bare" else (up(self.names[index]) or "./") + self.names[target]

    def modules(self, style):
        bare = {f"name{index}": name for index, name in enumerate(self.names) if self.suffixes[index] == ".js"}
        return {"modules": {"style": style, "imports": bare}}


def leads_to(manifest: Manifest, name, written, way):
    """The URL that a browser asks for, relative to the base URL; bare names and those of modules by the import map."""
    imports = {
        unquote(urljoin(BASE, key) if key[0] == "." else key): target for key, target in manifest.imports.items()
    }
    bare = way != "url" and not written.startswith((".", "/"))
    url = unquote(written if bare else urljoin(BASE + manifest[name].url, written))
    url = unquote(urljoin(BASE, imports[url])) if way != "url" and url in imports else url
    return url.removeprefix(BASE)


@pytest.mark.parametrize("style", STYLES)
def test_a_changed_file_renames_exactly_what_reaches_it_by_more_than_the_names_of_modules(style):
    @quick
    @given(graphs)
    def check(drawn):
        graph, changed = Graph(drawn[0]), drawn[1]
        options = graph.modules(style)

        def in_site(site):
            site.write(graph.files())
            before = urls(site.build(**options).manifest)
            site.write(graph.files(changed))
            after = urls(site.build(**options).manifest)
            renamed = {index for index, name in enumerate(graph.names) if before[name] != after[name]}
            assert renamed == reaching(graph.targets(by_name=style == "rewrite"), changed)

        with_site(in_site)

    check()


@pytest.mark.parametrize("style", STYLES)
def test_every_reference_leads_a_browser_to_the_published_file_of_its_target(style):
    @quick
    @given(graphs)
    def check(drawn):
        graph = Graph(drawn[0])

        def in_site(site):
            site.write(graph.files())
            site.publish(**graph.modules(style))
            manifest = site.manifest
            for index, name in enumerate(graph.names):
                written = re.findall(r'"([^"]+)"', site.text(name))
                expected = [manifest[graph.names[target]].file for target, _ in graph.edges[index]]
                ways = [way for _, way in graph.edges[index]]
                assert [leads_to(manifest, name, *each) for each in zip(written, ways, strict=True)] == expected
                assert list(manifest[name].references) == sorted(
                    {graph.names[target] for target, _ in graph.edges[index]}
                )
            assert site.verify() == []

        with_site(in_site)

    check()


@pytest.mark.parametrize("style", STYLES)
def test_the_import_map_names_published_files_and_every_imported_module(style):
    @quick
    @given(graphs)
    def check(drawn):
        graph = Graph(drawn[0])

        def in_site(site):
            site.write(graph.files())
            manifest = site.build(**graph.modules(style)).manifest
            published = {f"./{entry.url}" for entry in manifest.entries.values()}
            assert set(manifest.imports.values()) <= published
            imported = {graph.names[target] for named in graph.edges for target, way in named if way != "url"}
            own = {unquote(key.removeprefix("./")) for key in manifest.imports if key.startswith("./")}
            assert own == (imported if style == "importmap" else set())
            assert set(manifest.imports) >= set(graph.modules(style)["modules"]["imports"])

        with_site(in_site)

    check()


@pytest.mark.parametrize("style", STYLES)
def test_any_order_of_files_and_any_number_of_threads_gives_the_same_bytes(style):
    @quick
    @given(graphs, st.randoms(use_true_random=False))
    def check(drawn, order):
        graph = Graph(drawn[0])
        shuffled = list(graph.files().items())
        order.shuffle(shuffled)

        def output(folder, files, jobs):
            site = Site(folder)
            site.write(dict(files))
            site.publish(jobs=jobs, **graph.modules(style))
            return site.files()

        with tempfile.TemporaryDirectory() as folder:
            first = output(Path(folder) / "one", graph.files().items(), 1)
            assert output(Path(folder) / "two", shuffled, 4) == first

    check()
