"""The pages to look things up: glossary and fact ledger."""
