"""What the files of a project say: its Python, its YAML and its templates, read and never run."""
