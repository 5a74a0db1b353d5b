"""`flask rank` ranks the offers of one file for the needs of another, without the database."""

import os
import sys

import click


@click.command()
@click.option("--needs", required=True, type=click.Path(), help="Needs, one JSON object a line.")
@click.option("--offers", required=True, type=click.Path(), help="Offers, one JSON object a line.")
@click.option(
    "--top",
    default=10,
    show_default=True,
    type=click.IntRange(min=1),
    help="How many offers each need gets at most.",
)
@click.option("--output", type=click.Path(), help="Where to write; standard output otherwise.")
@click.option(
    "--evidence",
    type=click.IntRange(min=0),
    help="How many terms to keep, the heaviest first; 0 leaves them out.  [default: all]",
)
@click.option("--glossary", type=click.Path(), help="A glossary in place of the product's own.")
@click.option(
    "--n-jobs",
    default=1,
    show_default=True,
    type=click.IntRange(min=-1),
    help="How many processes work; -1 is one a core. The result is the same for every number.",
)
@click.option(
    "--cluster", metavar="tcp://HOST:PORT", help="A Dask scheduler that does the work instead."
)
def rank(needs, offers, top, output, evidence, glossary, n_jobs, cluster):
    """Rank the offers of one file for the needs of another, without the database.

    Each line of the result is {"need": …, "offers": [{"offer": …, "score": …,
    "evidence": [{"term": …, "share": …}, …]}, …]}, the best offer first, only
    offers that the need may take.
    """
    # The ranker brings scikit-learn, which no other command needs.
    from ..matching import files
    from ..matching.glossary_files import GlossaryError, load_glossary

    if n_jobs == 0:
        raise click.BadParameter("0 processes cannot work.", param_hint="--n-jobs")
    try:
        files.rank_files(
            needs,
            offers,
            top=top,
            output=output,
            stream=sys.stdout.buffer,
            evidence=evidence,
            glossary=load_glossary(glossary) if glossary else None,
            jobs=n_jobs,
            cluster=cluster,
            progress=_bar() if sys.stderr.isatty() else None,
        )
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has read enough; Python must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (files.InputError, GlossaryError, files.OutputError, files.ClusterError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)


def _bar():
    """Return a function that draws the progress on standard error."""
    bar = None

    def draw(done, total):
        nonlocal bar
        if bar is None:
            bar = click.progressbar(length=total, label="Ranking", file=sys.stderr)
        bar.update(done - bar.pos)
        if done >= total:
            bar.render_finish()

    return draw
