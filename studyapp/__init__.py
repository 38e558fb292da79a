"""Decouple: understand AWS messaging in English, Korean or Vietnamese."""
