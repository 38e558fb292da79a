"""The pages that show lessons."""
