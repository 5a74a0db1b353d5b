"""People: registration, sign-in, membership of an organisation, consents."""
