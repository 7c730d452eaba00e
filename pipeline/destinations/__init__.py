"""Destinations: where a release is put; each module here is one kind of place.

A destination writes files so that nobody ever sees half of one, and nothing outside its folder is ever touched.
"""
