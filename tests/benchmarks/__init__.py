"""Speeds, each beside a baseline timed in the same run. Nothing here fails on a slow machine."""
