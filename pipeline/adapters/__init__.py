"""Frameworks whose apps show or send assets; each module here is for one of them, and named after it.

A member gives the templates and functions of its framework what `pipeline.runtime.Assets` knows. It takes an `Assets`,
or makes one with `pipeline.runtime.unbuilt.load` when the app starts, and calls ``refresh`` once a request. Those that
send files, ``wsgi`` and ``asgi``, take a table from `pipeline.serving`. What they import is their framework,
`pipeline.runtime`, `pipeline.manifest` and other values: never the build.
"""
