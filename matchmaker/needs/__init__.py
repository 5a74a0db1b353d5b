"""What small firms say they need."""
