"""What holds for every site: random graphs of stylesheets, with cycles, and what a change does to them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import unquote, urljoin

import tinycss2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sites import Site

FOLDERS = ("", "a/", "a/b/", "ü c/")

graphs = st.integers(1, 6).flatmap(
    lambda count: st.tuples(
        st.lists(st.sampled_from(FOLDERS), min_size=count, max_size=count),
        st.lists(st.lists(st.integers(0, count - 1), max_size=3), min_size=count, max_size=count),
        st.integers(0, count - 1),
    )
)
quick = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def names_of(folders):
    return [f"{folder}f{index}.css" for index, folder in enumerate(folders)]


def up(path):
    return "../" * path.count("/")


def written(names, edges, marks):
    return {
        name: "".join(f'@import "{up(name)}{names[target]}";' for target in edges[index]) + f".m{marks[index]}{{top:0}}"
        for index, name in enumerate(names)
    }


def reaching(edges, changed):
    """Every node from which ``changed`` can be reached."""
    found, growing = {changed}, True
    while growing:
        more = {node for node, targets in enumerate(edges) if found & set(targets)} - found
        found, growing = found | more, bool(more)
    return found


def urls(manifest):
    return {path: entry.url for path, entry in manifest.entries.items()}


def with_site(check):
    with tempfile.TemporaryDirectory() as folder:
        return check(Site(Path(folder) / "project"))


@quick
@given(graphs)
def test_a_changed_file_renames_exactly_what_reaches_it(graph):
    folders, edges, changed = graph
    names = names_of(folders)

    def check(site):
        marks = ["x"] * len(names)
        site.write(written(names, edges, marks))
        before = urls(site.build().manifest)
        marks[changed] = "y"
        site.write(written(names, edges, marks))
        after = urls(site.build().manifest)
        renamed = {index for index, name in enumerate(names) if before[name] != after[name]}
        assert renamed == reaching(edges, changed)

    with_site(check)


@quick
@given(graphs)
def test_every_reference_of_the_output_leads_to_the_published_file_of_its_target(graph):
    folders, edges, _ = graph
    names = names_of(folders)

    def check(site):
        site.write(written(names, edges, ["x"] * len(names)))
        site.publish()
        for index, name in enumerate(names):
            entry = site.manifest[name]
            rules = tinycss2.parse_stylesheet(site.text(name), skip_whitespace=True, skip_comments=True)
            imports = [rule.prelude[-1].value for rule in rules if rule.type == "at-rule"]
            leads_to = [unquote(urljoin(f"http://x/{entry.url}", each)).removeprefix("http://x/") for each in imports]
            assert leads_to == [site.manifest[names[target]].file for target in edges[index]]
            assert list(entry.references) == sorted({names[target] for target in edges[index]})
        assert site.verify() == []

    with_site(check)


@quick
@given(graphs, st.randoms(use_true_random=False))
def test_any_order_of_files_and_any_number_of_threads_gives_the_same_bytes(graph, order):
    folders, edges, _ = graph
    files = written(names_of(folders), edges, ["x"] * len(folders))
    shuffled = list(files.items())
    order.shuffle(shuffled)

    def output(site, contents, jobs):
        site.write(dict(contents))
        site.publish(jobs=jobs)
        return site.files()

    with tempfile.TemporaryDirectory() as folder:
        first = output(Site(Path(folder) / "one"), files.items(), 1)
        assert output(Site(Path(folder) / "two"), shuffled, 4) == first


@quick
@given(graphs)
def test_a_build_over_an_older_one_equals_one_from_nothing(graph):
    folders, edges, changed = graph
    names = names_of(folders)

    def check(site):
        marks = ["x"] * len(names)
        site.write(written(names, edges, marks))
        site.publish()
        marks[changed] = "y"
        site.write(written(names, edges, marks))
        site.publish()
        fresh = Site(site.folder.parent / "fresh")
        fresh.write(written(names, edges, marks))
        fresh.publish()
        assert (site.output / "manifest.json").read_bytes() == (fresh.output / "manifest.json").read_bytes()
        assert fresh.files().items() <= site.files().items()

    with_site(check)
