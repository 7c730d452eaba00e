"""Packages as npm installs them: what their ``package.json`` says about the modules that others may import.

Everything here follows https://nodejs.org/api/esm.html#resolution-algorithm-specification, as far as it applies to
browsers. A package is a stranger's: no target leads out of it, and every size and depth has a limit.
"""

from __future__ import annotations


class PackageError(ValueError):
    """A bare specifier leads to nothing that a browser could load.

    Args:
        message: completes a sentence that begins with the specifier in quotes.
        hint: what to do about it, or nothing.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint
