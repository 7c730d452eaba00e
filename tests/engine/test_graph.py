from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.engine.graph import components

graphs = st.integers(1, 12).flatmap(
    lambda count: st.lists(st.lists(st.integers(0, count - 1), max_size=4), min_size=count, max_size=count)
)


def reachable(edges, start):
    seen, waiting = set(), [start]
    while waiting:
        for target in edges[waiting.pop()]:
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


@given(graphs)
def test_two_nodes_are_in_one_component_if_each_reaches_the_other(targets):
    edges = dict(enumerate(targets))
    component = {node: index for index, members in enumerate(components(edges)) for node in members}
    assert component.keys() == edges.keys()
    reach = {node: reachable(edges, node) for node in edges}
    for one in edges:
        for other in edges:
            together = one == other or (other in reach[one] and one in reach[other])
            assert (component[one] == component[other]) == together


@given(graphs)
def test_a_component_comes_after_those_that_it_points_at(targets):
    edges = dict(enumerate(targets))
    component = {node: index for index, members in enumerate(components(edges)) for node in members}
    assert all(component[target] <= component[node] for node in edges for target in edges[node])


def test_N6_a_chain_of_a_hundred_thousand_nodes_needs_no_recursion():
    count = 100_000
    edges = {node: [node + 1] if node + 1 < count else [] for node in range(count)}
    assert components(edges)[0] == [count - 1]
