"""Strongly connected components of the reference graph, leaves first."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def components(edges: Mapping[Node, Sequence[Node]]) -> list[list[Node]]:
    """Tarjan's algorithm without recursion (https://doi.org/10.1137/0201010), linear in nodes and edges.

    Args:
        edges: each node and the nodes it points at; all of them are keys too.

    Returns:
        The components such that each comes after those it points at; same input, same order.
    """
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    waiting: set[Node] = set()
    found: list[list[Node]] = []
    for root in edges:
        if root in index:
            continue
        path: list[tuple[Node, Iterator[Node]]] = [(root, iter(edges[root]))]
        _enter(root, index, low, stack, waiting)
        while path:
            node, targets = path[-1]
            for target in targets:
                if target not in index:
                    _enter(target, index, low, stack, waiting)
                    path.append((target, iter(edges[target])))
                    break
                if target in waiting:
                    low[node] = min(low[node], index[target])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_leave(node, stack, waiting))
    return found


def _enter(node: Node, index: dict[Node, int], low: dict[Node, int], stack: list[Node], waiting: set[Node]) -> None:
    index[node] = low[node] = len(index)
    stack.append(node)
    waiting.add(node)


def _leave(node: Node, stack: list[Node], waiting: set[Node]) -> list[Node]:
    members: list[Node] = []
    while not members or members[-1] != node:
        members.append(stack.pop())
        waiting.discard(members[-1])
    return members
