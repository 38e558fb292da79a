"""Loaded first of all (`-p` in pyproject.toml): the settings of a developer, in folders of their own."""

import os
import tempfile

os.environ["DECOUPLE_DEBUG"] = "yes"
os.environ.setdefault("DECOUPLE_DATA", tempfile.mkdtemp(prefix="decouple-tests-"))
for name in ("DECOUPLE_SECRET_KEY", "DECOUPLE_CONTENT", "DECOUPLE_HTTPS"):
    os.environ.pop(name, None)
# The PostgreSQL of the tests puts its sockets here.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="decouple-run-"))
