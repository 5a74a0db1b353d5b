"""The real programme of 2019 to 2022, with sources: read-only, apart from the market."""
