"""What the files of packages in tests hold, and what is said of broken ones."""

from __future__ import annotations

MODULE = "export default 1;\n"
COMMONJS = "module.exports = 1;\n"
BROKEN = "has a broken package.json"
