"""What ``{% load pipeline %}`` loads."""
