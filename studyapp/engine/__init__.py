"""The simulated AWS world. Plain Python: no Django, no clock, no files; see docs/engine.md."""
