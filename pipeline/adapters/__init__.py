"""Frameworks whose apps show assets; each module here is for one of them, and named after it.

A member gives the templates and functions of its framework what `pipeline.runtime.Assets` knows. It takes an `Assets`,
or makes one with `pipeline.unbuilt.load` when the app starts, and calls ``refresh`` once a request. What it imports is
its framework, `pipeline.runtime`, `pipeline.manifest` and other values: never the build.
"""
