"""What ``manage.py`` needs to build: nothing of it is imported where pages are served."""
