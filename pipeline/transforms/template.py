"""The step ``template``: a Jinja template to any text, ``{ use = "template", context = { colour = "teal" } }``."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from importlib.util import find_spec
from posixpath import dirname, join, normpath, splitext
from typing import TYPE_CHECKING, Any, ClassVar

from pipeline.asset import Asset, AssetPath, Blob, asset_path
from pipeline.engine.fetch import Fetch
from pipeline.errors import ToolNotFound, TransformError, did_you_mean
from pipeline.transforms import Made

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

__all__ = ["Template"]

SUFFIXES = {".jinja", ".j2"}
ESCAPED = (".html", ".htm", ".xhtml", ".xml", ".svg")
"""Suffixes of what is made with special characters escaped."""
INSTALL = "pip install 'pipeline-assets[jinja]'"
NOT_TWICE_THE_SAME = ("random",), ("lipsum",)
"""Filters and globals of Jinja that give something else each time."""


@dataclass(frozen=True, slots=True)
class Template:
    """Renders a template; those that it includes, imports or extends are files of the site, and its inputs.

    They are named by their paths in the site, or relative to the template that names them if they begin with ``./`` or
    ``../``. A variable that is not defined is an error. Templates run in Jinja's sandbox.

    Attributes:
        context: variables and their values.
        variables: of the environment, which a template has as ``environ.NAME``; without a value they are ``none``.
    """

    joins: ClassVar[bool] = False
    context: dict[str, Any] = field(default_factory=dict, hash=False)
    variables: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """That of Jinja."""
        if find_spec("jinja2") is None:
            return ""  # and says so when it is called
        import jinja2

        return jinja2.__version__

    def made(self, path: str) -> str:
        """Where the text stands that a template makes: under its name without the suffix of templates."""
        stem, suffix = splitext(path)
        return stem if suffix.lower() in SUFFIXES else path

    def __call__(self, asset: Asset, fetch: Fetch) -> Made:
        """The text.

        Args:
            asset: the template, in UTF-8.
            fetch: has the others.

        Raises:
            TransformError: what Jinja says is wrong, or what a template came upon, with its place.
            ToolNotFound: Jinja is not installed.
        """
        if find_spec("jinja2") is None:
            raise ToolNotFound("the package 'jinja2' is not installed", hint=INSTALL)
        import jinja2

        path = AssetPath(self.made(asset.path))
        loader = _Loader(asset, fetch)
        environment = _environment(loader, escaped=path.lower().endswith(ESCAPED))
        environ = {name: os.environ.get(name) for name in self.variables}
        try:
            text = environment.get_template(asset.path).render({**self.context, "environ": environ})
        except TransformError:
            raise
        except jinja2.TemplateSyntaxError as error:
            raise TransformError(
                error.message or "is wrong", path=error.name or asset.path, line=error.lineno
            ) from error
        except jinja2.TemplateNotFound as error:
            hint = did_you_mean(str(error.message), list(map(str, fetch.files)))
            raise _at(f"there is no template {error.message!r}", error, loader, hint) from error
        except Exception as error:  # a template calls whatever it likes
            said = str(error) if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: {error}"
            raise _at(said, error, loader) from error
        return Made((Asset(path, Blob.of(text.encode()), asset.origin or (asset,)),))


class _Loader:
    """Gives Jinja the templates of a site."""

    def __init__(self, asset: Asset, fetch: Fetch) -> None:
        self.asset, self.fetch = asset, fetch
        self.names = {str(asset.path)}

    def __call__(self, name: str) -> tuple[str, str, None] | None:
        """The text of a template, and what it is called in messages."""
        content = self.asset.content.read() if name == self.asset.path else self._read(name)
        if content is None:
            return None
        self.names.add(name)
        try:
            return content.decode("utf-8-sig"), name, None
        except UnicodeDecodeError as error:
            raise TransformError(f"is not UTF-8: {error.reason} at byte {error.start}", path=name) from error

    def _read(self, name: str) -> bytes | None:
        try:
            return self.fetch.text(asset_path(name))
        except ValueError:  # it leads out of the site
            return None


def _environment(loader: _Loader, *, escaped: bool) -> SandboxedEnvironment:
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    class Environment(SandboxedEnvironment):
        def join_path(self, template: str, parent: str) -> str:
            return normpath(join(dirname(parent), template)) if template.startswith(("./", "../")) else template

    environment = Environment(
        loader=FunctionLoader(loader), undefined=StrictUndefined, autoescape=escaped, keep_trailing_newline=True
    )
    for names, table in zip(NOT_TWICE_THE_SAME, (environment.filters, environment.globals), strict=True):
        for name in names:
            del table[name]
    return environment


def _at(message: str, error: Exception, loader: _Loader, hint: str = "") -> TransformError:
    """An error at the last line of a template that it came through."""
    path, line = "", None
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename in loader.names:
            path, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return TransformError(" ".join(message.split()), path=path, line=line, hint=hint)
