#!/usr/bin/env python
"""Django's entry point."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studyapp.settings")
    # A developer's command works without a secret key, as in debug mode; serving never does.
    if "DECOUPLE_SECRET_KEY" not in os.environ and sys.argv[1:2] != ["serve"]:
        os.environ.setdefault("DECOUPLE_DEBUG", "yes")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
