"""Search over everything that is taught."""
