"""The teaching material as data. Plain Python: reads `content/`, knows nothing of Django or the clock."""
