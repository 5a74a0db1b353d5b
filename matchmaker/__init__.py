"""Inclusive Match: small firms' needs and companies' voluntary offers, ranked and paired."""

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from . import db, i18n
from .accounts import people_views as people
from .accounts import security, security_views
from .accounts import views as accounts
from .associations import views as associations
from .cli import erasing, history, officers, rank, worker
from .demo import commands
from .demo import views as demo
from .desk import views as desk
from .matching.glossary_files import add_files
from .ministry import views as ministry
from .needs import views as needs
from .notifications import sending, setting_views
from .notifications import views as notifications
from .offers import views as offers
from .organisations import views as organisations
from .pairings import reactions
from .pairings import views as pairings
from .pairings.ranking import index
from .pairings.recommending import views as recommendations
from .programme import views as programme
from .public import views as public
from .simulation import command as simulation
from .web import errors, guard, headers, health, installation, limits, logs, static, uploads
from .web.guard import PUBLIC, SIGNED_IN

FEATURES = (
    health,
    public,
    accounts,
    people,
    organisations,
    associations,
    notifications,
    setting_views,
    programme,
    needs,
    offers,
    pairings,
    recommendations,
    ministry,
    desk,
)

COMMANDS = (
    rank.rank,
    officers.create_officer,
    worker.worker,
    worker.job,
    history.load_history,
    erasing.erase_person,
)

# Who may open the pages that libraries bring; theirs carry no mark of our own.
LIBRARY_VIEWS = {
    "static": {PUBLIC},
    "security.login": {PUBLIC},
    "security.logout": {SIGNED_IN},
    "security.verify": {SIGNED_IN},
    "security.change_password": {SIGNED_IN},
    "security.forgot_password": {PUBLIC},
    "security.reset_password": {PUBLIC},
    "security.send_confirmation": {PUBLIC},
    "security.confirm_email": {PUBLIC},
}
LIBRARY_VIEWS_THAT_WRITE = {"security.confirm_email"}

# Mail programs post to these without a form of ours: the signed link itself is the proof.
SIGNED_LINKS = ("notice_settings.stop",)

# How often one address may send these forms: they guess passwords or send mail.
LIMITS = {
    "security.login": "20 per minute; 200 per hour",
    "security.verify": "20 per minute; 200 per hour",
    "security.change_password": "20 per minute; 200 per hour",
    "security.forgot_password": "10 per minute; 60 per hour",
    "security.reset_password": "20 per minute; 200 per hour",
    "security.send_confirmation": "10 per minute; 60 per hour",
    "accounts.register_kind": "20 per minute; 200 per hour",
    "accounts.claim": "10 per minute; 60 per hour",
    "people.ask_to_join": "10 per minute; 60 per hour",
    "associations.invite": "20 per minute; 200 per hour",
    "pairings.write": "60 per minute; 600 per hour",
    "pairings.report": "10 per minute; 60 per hour",
    "pairings.assign": "60 per minute; 600 per hour",
}


def create_app(config):
    """Build one application; this is the only place that joins the parts."""
    app = Flask(__name__, template_folder="../templates", static_folder="../static")
    app.config.from_object(config)
    app.jinja_options = {
        "undefined": StrictUndefined,  # a misspelt name is an error, not a blank
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    if app.config["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, *[app.config["PROXIES"]] * 4)
    for part in (logs, uploads, db, i18n):
        part.init_app(app)
    csrf = CSRFProtect(app)
    for part in (installation, security, security_views, sending, guard, errors, headers, static):
        part.init_app(app)
    add_files(app.config["GLOSSARY_FILES"])
    index.init_app(app)
    reactions.connect()
    features = (*FEATURES, demo) if app.config["DEMO"] else FEATURES
    for feature in features:
        app.register_blueprint(feature.bp)
    for command in (*COMMANDS, commands.demo) if app.config["DEMO"] else COMMANDS:
        app.cli.add_command(command)
    app.cli.add_command(simulation.command_for(create_app))
    guard.mark_library_views(app, LIBRARY_VIEWS, writing=LIBRARY_VIEWS_THAT_WRITE)
    for endpoint in SIGNED_LINKS:
        csrf.exempt(app.view_functions[endpoint])
    limits.limit_views(app, LIMITS)
    return app
