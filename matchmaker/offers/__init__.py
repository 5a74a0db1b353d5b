"""What companies voluntarily offer, to whom, and how many places there are."""
