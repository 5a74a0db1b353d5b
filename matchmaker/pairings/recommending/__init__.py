"""Recommendations of associations, and what became of them."""
