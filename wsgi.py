"""The application for the server; `MATCHMAKER_ENV` chooses the configuration."""

from matchmaker import create_app
from matchmaker.config import from_environment

app = create_app(from_environment())
