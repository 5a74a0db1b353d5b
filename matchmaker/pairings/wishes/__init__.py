"""What each side wishes for itself: settings, favourites and vetoes."""
