"""Jinja: the assets of a release in templates, as functions and as filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, pass_context
from jinja2.ext import Extension
from markupsafe import Markup, escape

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pipeline.runtime import Assets


def install(environment: Environment, assets: Assets) -> None:
    """Give the templates of an environment, sync or async, these functions; each is also a filter of its name.

    =========================================  ==========================================================
    ``asset_url(path)``                        the URL
    ``asset_tag(path, nonce=…, …)``            the element that an asset of its type stands in
    ``asset_tags(*paths, nonce=…, …)``         the same for several, a line each
    ``asset_integrity(path)``                  the SRI string
    ``import_map(nonce)``                      the element with the import map
    ``preload_tags(*paths, nonce=…)``          preloads for all that the assets reference
    ``live_reload(nonce)``                     the element that `pipeline watch --reload` has pages load
    =========================================  ==========================================================

    They are the methods of `pipeline.runtime.Assets`; ``asset_tags`` and ``preload_tags`` take lists too.
    """
    environment.add_extension(AssetsExtension)
    environment.pipeline_assets = assets  # type: ignore[attr-defined]


class AssetsExtension(Extension):
    """The same for those who name extensions; set ``environment.pipeline_assets`` before templates are shown."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.extend(pipeline_assets=None)

        def assets() -> Assets:
            found: Assets | None = environment.pipeline_assets  # type: ignore[attr-defined]
            if found is None:
                hint = "set environment.pipeline_assets = Assets.load(…), or call install(environment, assets)"
                raise ConfigError("the Jinja environment has no assets", hint=hint)
            return found

        for name, function in _functions(assets).items():
            environment.globals[name] = function
            environment.filters[name] = _filter(function)


def _functions(assets: Callable[[], Assets]) -> dict[str, Callable[..., str]]:
    def asset_url(path: str) -> str:
        return assets().url(path)

    def asset_integrity(path: str) -> str:
        return assets().integrity(path)

    def asset_tag(path: str, **attributes: object) -> Markup:
        return escape(assets().tag(path, **attributes))

    def asset_tags(*paths: str | Iterable[str], **attributes: object) -> Markup:
        return escape(assets().tags(*_flat(paths), **attributes))

    def import_map(nonce: object = "") -> Markup:
        return escape(assets().import_map(nonce))

    def preload_tags(*paths: str | Iterable[str], nonce: object = "") -> Markup:
        return escape(assets().preload_tags(*_flat(paths), nonce=nonce))

    def live_reload(nonce: object = "") -> Markup:
        return escape(assets().live_reload(nonce))

    return {
        function.__name__: function
        for function in (asset_url, asset_integrity, asset_tag, asset_tags, import_map, preload_tags, live_reload)
    }


def _flat(paths: Iterable[str | Iterable[str]]) -> list[str]:
    return [path for each in paths for path in ([each] if isinstance(each, str) else each)]


def _filter(function: Callable[..., str]) -> Callable[..., str]:
    # A filter that takes the context is not called while the template is compiled: a URL in compiled templates, which
    # may be kept on disk, would be that of another release.
    @pass_context
    def filtered(_context: object, *values: Any, **named: Any) -> str:
        return function(*values, **named)

    return filtered
