"""How long an answer may be kept by browsers and by what stands between: four values of ``Cache-Control``."""

from __future__ import annotations

FOREVER = "public, max-age=31536000, immutable"
"""The URL names the bytes (RFC 8246): a year."""
SHORT = "public, max-age=60"
"""The URL keeps its name when its bytes change: kept names, the style ``plain``, a URL without its fingerprint."""
ANOTHER = "no-cache"
"""The URL has the fingerprint of other bytes than those that are sent: they are good for now, and asked for again."""
NEVER = "no-store"
"""There is no such URL, or nobody knows which bytes these are: a cache must not keep it for those who come later."""
