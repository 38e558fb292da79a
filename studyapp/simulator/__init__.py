"""Where the course and the engine meet: scenarios checked, run and told."""
