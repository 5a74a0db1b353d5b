"""Static files: served straight, kept for long, and asked for anew when they change."""

from pathlib import Path

from whitenoise import WhiteNoise

YEAR = 365 * 24 * 3600  # seconds


def init_app(app):
    root = Path(app.static_folder)
    versions = {}  # a file's name → its age, read once a process

    @app.url_defaults
    def add_version(endpoint, values):
        """Add the file's time to its address, so that a changed file is a new address."""
        name = values.get("filename")
        if endpoint != "static" or not name or "v" in values:
            return
        if name not in versions or app.debug:
            path = root / name
            versions[name] = int(path.stat().st_mtime) if path.is_file() else None
        if versions[name]:
            values["v"] = versions[name]

    app.wsgi_app = WhiteNoise(
        app.wsgi_app,
        root=str(root),
        prefix="static/",
        max_age=YEAR if not app.debug else 0,
        autorefresh=app.debug or app.testing,
    )
