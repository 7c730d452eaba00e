"""Regular expressions that are compiled when they are first used: one command needs few of those that there are.

Python takes a millisecond for a long one, and keeps none of them from one process to the next.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, AnyStr

if TYPE_CHECKING:
    expression = re.compile
else:

    class expression:  # noqa: N801  (it stands for `re.compile`)
        """What ``re.compile`` gives for the same, later.

        Args:
            source: the expression; a mistake in it shows when it is used.
            flags: as there.
        """

        def __init__(self, source: AnyStr, flags: int = 0) -> None:
            self.pattern, self._flags = source, flags

        def __getattr__(self, name: str) -> Any:
            found = getattr(re.compile(self.pattern, self._flags), name)
            setattr(self, name, found)  # the next time it is not asked for here
            return found
