"""Loads the course, then serves Django; unreadable content stops it here."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studyapp.settings")
application = get_wsgi_application()

from studyapp.pages.course import course  # noqa: E402  (Django must be set up first)

course()
