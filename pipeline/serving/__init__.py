"""How a release is served over HTTP without a framework: a table made at start, and what one request gets from it.

`table.Table` has every URL of a release, and of the earlier ones that are kept, with the files and header fields that
go with it. `response.respond` picks from it for one request. No path is ever made from what a request says: a request
can only name what the table has. `pipeline.adapters.wsgi` and `.asgi` speak this to servers.

Header fields and their meaning follow RFC 9110 (https://www.rfc-editor.org/rfc/rfc9110) and RFC 9111.
"""

from __future__ import annotations
