"""Ranked lists for people, and the live index that makes them."""
