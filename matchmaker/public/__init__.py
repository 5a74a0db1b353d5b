"""Open pages: home, offers, help, how the ranking works, privacy."""
