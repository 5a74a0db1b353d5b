"""Matching: from the words and facts of needs and offers to a ranked, explained list."""
