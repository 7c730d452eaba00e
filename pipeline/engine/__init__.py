"""The machinery under the line: plug-ins, inputs, threads."""
