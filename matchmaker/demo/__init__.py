"""The demonstration: its data files, their loader, and its two helper pages."""
