"""Panels that both wings share."""
