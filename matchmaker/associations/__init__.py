"""Associations and the members that accepted their invitation."""
