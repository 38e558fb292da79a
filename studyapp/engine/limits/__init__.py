"""Numbers that AWS publishes, one module for each service."""
