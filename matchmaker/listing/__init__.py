"""What needs and offers share: their words, publishing, pausing, closing, versions."""
