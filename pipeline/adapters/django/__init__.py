"""Django: a storage for ``{% static %}``, template tags, a context processor, ``manage.py pipeline`` and checks.

In the settings (see `pipeline.adapters.django.options` for ``PIPELINE``, which is not needed)::

    INSTALLED_APPS = ["pipeline.adapters.django", ..., "django.contrib.staticfiles"]
    STORAGES = {..., "staticfiles": {"BACKEND": "pipeline.adapters.django.storage.PipelineStorage"}}
"""
