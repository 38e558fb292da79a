"""The site's own settings, with one empty view beside it to compare with."""

from studyapp.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
