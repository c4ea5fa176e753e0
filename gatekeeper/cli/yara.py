"""yara: the operator's own YARA rules. `gatekeeper yara`."""

import sys
from pathlib import Path

import click

from gatekeeper.app.rule_samples import try_samples
from gatekeeper.cli.showing import safe


@click.group()
def yara() -> None:
    """YARA rules of your own, as `antivirus.yara` names them.

    \b
    Example:
      gatekeeper yara test /etc/gatekeeper/yara
    """


@yara.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--strict", is_flag=True, help="A rule without samples of both kinds is a mistake.")
def test(directory: Path, strict: bool) -> None:
    """Compile the rules in DIRECTORY and try the samples that stand beside them.

    tests/RULE/hit... are files that RULE must match, tests/RULE/miss... those that it must not. FILE.b64 is decoded
    from base64 first; of FILE.eml the rules see the message and every reading of every part.

    Exits with 0 if every sample is as it should be, with 1 if one is not, or a rule does not compile.

    \b
    Example:
      gatekeeper yara test --strict /etc/gatekeeper/yara
    """
    tested = try_samples(directory, strict)
    for problem in tested.problems:
        click.echo(safe(str(problem)))
    mistakes = sum(problem.severity == "error" for problem in tested.problems)
    click.echo(f"{tested.rules} rules, {tested.samples} samples, {mistakes} mistakes")
    sys.exit(1 if mistakes else 0)
