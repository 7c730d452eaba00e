"""Tokenizers, one language a file: pure functions on bytes."""
