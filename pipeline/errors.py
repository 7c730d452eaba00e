"""What can go wrong, as exceptions that print as diagnostics.

PipelineError            .path .line .column .hint; printed as a diagnostic, never as a traceback
├─ ConfigError           pipeline.toml:7: unknown key 'compres'; did you mean 'compress'?
├─ SourceError           a pattern that matches nothing; two roots with one path
├─ TransformError        step, asset, command line, exit status, what the tool said
│  └─ ToolNotFound       sass is not on PATH: pip install …, or set tools.sass
├─ BrokenReference       css/site.css:12:7 'img/x.png' does not exist; did you mean 'img/x.jpg'?
├─ ManifestError         unreadable, unknown version; asset not in it, with the nearest names
└─ PublishError          a source changed while it was being built; disk full; no permission
   └─ CacheLost          what the cache held is gone while it is needed

A phase that meets several raises them together, as an ``ExceptionGroup``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # what goes well does not wait for it
    from collections.abc import Iterable, Sequence

    from pipeline.diagnostic import Diagnostic
    from pipeline.nearest import Known


class PipelineError(Exception):
    """A failure that its user can mend.

    Args:
        message: what is wrong, in one sentence without a full stop.
        path: the file it is about: a logical path, or one relative to the project.
        line: from 1.
        column: from 1, in characters.
        hint: what to do about it.
        excerpt: the line of source with a mark under the place, see `pipeline.diagnostic.excerpt`.
    """

    def __init__(  # noqa: PLR0913  (all but the message by name)
        self,
        message: str,
        *,
        path: str = "",
        line: int | None = None,
        column: int | None = None,
        hint: str = "",
        excerpt: str = "",
    ) -> None:
        super().__init__(message)
        self.message, self.path, self.line, self.column, self.hint = message, path, line, column, hint
        self.excerpt = excerpt

    def __str__(self) -> str:
        return str(self.diagnostic())

    def diagnostic(self, severity: str = "error") -> Diagnostic:
        """The same as a value."""
        from pipeline.diagnostic import Diagnostic

        return Diagnostic(severity, self.message, self.path, self.line, self.column, self.hint, self.excerpt)


class ConfigError(PipelineError):
    """The configuration says something that cannot be."""


class SourceError(PipelineError):
    """A source is missing, unreadable, ambiguous or in a place where it may not be."""


class TransformError(PipelineError):
    """A step failed on an asset."""


class ToolNotFound(TransformError):  # noqa: N818  (reads as what it says)
    """A step needs a program or package that is not installed."""


class BrokenReference(PipelineError):  # noqa: N818  (reads as what it says)
    """An asset points at a file that is not part of the site."""


class ManifestError(PipelineError):
    """A manifest cannot be read, or does not have what was asked of it."""


class PublishError(PipelineError):
    """A release could not be put where it belongs; the last one still stands."""


class CacheLost(PublishError):  # noqa: N818  (reads as what it says)
    """What was made before, and is needed now, is in the cache no more."""


def did_you_mean(name: str, known: Iterable[str] | Known) -> str:
    """A hint that names the ``known`` name nearest to ``name``, or ``""``; many are asked of one `Known`."""
    from pipeline.nearest import Known

    found = (known if isinstance(known, Known) else Known(known)).nearest(name)
    return f"did you mean {found!r}?" if found else ""


def raise_all(phase: str, errors: Sequence[PipelineError]) -> None:
    """Raise ``errors`` as one group; nothing happens if there are none."""
    if errors:
        raise ExceptionGroup(f"{phase} failed", list(errors))
