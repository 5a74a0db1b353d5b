"""Rounds: what a matching of the whole market would propose, and its publishing."""
