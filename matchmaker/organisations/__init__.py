"""The legal person: its facts, its business number and its approval."""
