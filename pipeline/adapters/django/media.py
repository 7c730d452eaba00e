"""Assets in the ``Media`` of forms and of the admin that bring attributes of their own, integrity among them."""

from __future__ import annotations

from collections.abc import Mapping

from django.forms import widgets

from pipeline.adapters.django.current import assets


class Asset(getattr(widgets, "MediaAsset", object)):  # type: ignore[misc]  # from Django 5.2 such items take nonces
    """An item of ``Media.js`` or ``Media.css``: ``js = [Asset("js/chart.js", defer=True)]``.

    Args:
        path: of the asset.
        attributes: see `pipeline.runtime.Assets`.
    """

    def __init__(self, path: str, **attributes: object) -> None:
        self._path, self.attributes = path, attributes

    def render(self, *, attrs: Mapping[str, object] | None = None) -> str:
        """The element; ``attrs`` are what Django adds, such as the nonce."""
        given = {name: value for name, value in (attrs or {}).items() if value is not None}
        return assets().tag(self._path, **{**given, **self.attributes})

    def __html__(self) -> str:
        return self.render()

    def __str__(self) -> str:
        return self.render()

    def __repr__(self) -> str:
        return f"Asset({self._path!r})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return self._path == other
        return isinstance(other, Asset) and (self._path, self.attributes) == (other._path, other.attributes)

    def __hash__(self) -> int:
        return hash(self._path)
