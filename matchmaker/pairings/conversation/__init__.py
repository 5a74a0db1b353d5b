"""What both sides say to each other once both have accepted."""
