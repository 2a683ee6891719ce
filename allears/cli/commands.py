"""Every command, by name; each hands over to its module, imported only when it is called."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="All Ears: the self-hosted social customer-care desk.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
channel = typer.Typer(help="Connect and watch over channels.", no_args_is_help=True)
app.add_typer(channel, name="channel")
connector = typer.Typer(help="What connectors there are, and how they read.", no_args_is_help=True)
app.add_typer(connector, name="connector")
token = typer.Typer(help="Let programs in, and out again.", no_args_is_help=True)
app.add_typer(token, name="token")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
InWorkspace = Annotated[
    str, typer.Option("--workspace", help="Its name or id; needed when there are several.")
]


@app.command()
def serve() -> None:
    """Serve pages and do all the work, in one process, on HOST and PORT."""
    from allears.cli.serving import serve_everything

    serve_everything()


@app.command()
def web() -> None:
    """Serve pages and take in deliveries; leave the work to workers."""
    from allears.cli.serving import serve_web

    serve_web()


@app.command()
def worker() -> None:
    """Read, send and listen, without a web server."""
    from allears.cli.serving import run_worker

    run_worker()


@app.command()
def setup(
    owner: Annotated[str, typer.Option(help="The owner's e-mail address.")],
    password_file: Annotated[Path, typer.Option(help="A file whose first line is the password; - reads it.")],
    workspace: Annotated[str, typer.Option(help="What the workspace is called.")] = "All Ears",
    name: Annotated[str, typer.Option(help="The owner's name.")] = "",
) -> None:
    """Create the first account and its workspace, as the first page does."""
    from allears.cli.accounts import set_up

    set_up(owner, password_file, workspace, name)


@channel.command("add")
def channel_add(
    kind: Annotated[str, typer.Argument(help="What kind of network: email, api …")],
    name: Annotated[str, typer.Option(help="What the channel is called.")],
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="A field; VALUE @FILE reads it from a file."),
    ] = None,
    as_json: AsJson = False,
    workspace: InWorkspace = "",
) -> None:
    """Add a channel and say where it listens."""
    from allears.cli.channels import add

    add(kind, name, values or [], workspace, as_json=as_json)


@channel.command("list")
def channel_list(as_json: AsJson = False, workspace: InWorkspace = "") -> None:
    """List the channels and how they are."""
    from allears.cli.channels import show

    show(workspace, as_json=as_json)


@channel.command("check")
def channel_check(
    name: Annotated[str, typer.Argument(help="The channel's name or id.")],
    as_json: AsJson = False,
    workspace: InWorkspace = "",
) -> None:
    """Try everything a channel needs; exit 1 when something does not work."""
    from allears.cli.channels import check

    check(name, workspace, as_json=as_json)


@connector.command("list")
def connector_list(as_json: AsJson = False) -> None:
    """List the connectors and what each can do. Needs no installation."""
    from allears.cli.connectors import show_connectors

    show_connectors(as_json=as_json)


@connector.command("read")
def connector_read(
    kind: Annotated[str, typer.Argument(help="Whose payloads these are: x, telegram, email …")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files, or folders of them.")],
    kind_of: Annotated[
        str, typer.Option("--kind-of", help="webhook or poll; left out, what fits is tried.")
    ] = "",
    as_json: AsJson = False,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A setting of the account, such as account_id."),
    ] = None,
    secrets: Annotated[
        list[str] | None,
        typer.Option("--secret", metavar="NAME=VALUE", help="A secret; VALUE @FILE reads it from a file."),
    ] = None,
) -> None:
    """Say what captured payloads become, one record a line, or why nothing. Needs no installation."""
    from allears.cli.connectors import read_captured

    read_captured(kind, files, kind_of, values or [], secrets or [], as_json=as_json)


@token.command("create")
def token_create(
    member: Annotated[str, typer.Option(help="The e-mail address of the member it acts as.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "Command line",
    days: Annotated[int, typer.Option(min=0, help="For how many days it works; 0 is until revoked.")] = 0,
    as_json: AsJson = False,
    workspace: InWorkspace = "",
) -> None:
    """Make an API token for a member. It is shown this once."""
    from allears.cli.tokens import create

    create(member, name, workspace, days, as_json=as_json)


@token.command("list")
def token_list(as_json: AsJson = False, workspace: InWorkspace = "") -> None:
    """List the API tokens: whose, what for, when last used."""
    from allears.cli.tokens import show

    show(workspace, as_json=as_json)


@token.command("revoke")
def token_revoke(token_id: Annotated[int, typer.Argument(metavar="ID", help="Its id.")]) -> None:
    """End an API token; it stops working at once."""
    from allears.cli.tokens import revoke

    revoke(token_id)


@app.command()
def read(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines; this is so anyway.")] = True,
    why: Annotated[bool, typer.Option("--why", help="Add the words that moved each decision.")] = False,
) -> None:
    """Read texts from standard input, one a line or as JSON with `text`, and print a reading of each."""
    from allears.cli.reading import read_lines

    read_lines(with_why=why)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, readable=True)],
    form: Annotated[str, typer.Option("--as", help="mbox, jsonl, twcs; or allears for an archive.")],
    channel: Annotated[str, typer.Option(help="The channel's name or id; an archive brings its own.")] = "",
    as_json: AsJson = False,
    workspace: InWorkspace = "",
) -> None:
    """Import old messages, or a whole archive, silently. Run it again after a stop: nothing is taken in twice."""
    if form == "allears":
        from allears.cli.archiving import import_workspace

        import_workspace(file, workspace, as_json=as_json)
        return
    from allears.cli.importing import import_file

    import_file(file, form, channel, workspace, as_json=as_json)


@app.command()
def demo(
    as_json: AsJson = False,
    live: Annotated[
        bool, typer.Option("--live/--no-live", help="Let new messages arrive for the next hour.")
    ] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take the sample data away again.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Take them away first, and bring them anew.")
    ] = False,
    workspace: InWorkspace = "",
) -> None:
    """Fill a workspace with sample data: a small ferry company and its customers."""
    from allears.cli.demo import demo as run

    run(workspace, is_live=live, remove=remove, again=again, as_json=as_json)


@app.command()
def export(
    target: Annotated[Path, typer.Argument(help="A .zip, or an empty folder.")],
    as_json: AsJson = False,
    with_raw: Annotated[
        bool, typer.Option("--raw/--without-raw", help="The original bytes of what arrived, too.")
    ] = True,
    workspace: InWorkspace = "",
) -> None:
    """Write everything a workspace holds into an open format, while All Ears runs. Secrets stay here."""
    from allears.cli.archiving import export_to

    export_to(target, workspace, as_json=as_json, with_raw=with_raw)


@app.command()
def audit(
    as_json: AsJson = False,
    compare: Annotated[bool, typer.Option(help="Compare with the sources first.")] = False,
    workspace: InWorkspace = "",
) -> None:
    """Prove that nothing was lost; exit 1 and name the rows when something does not add up."""
    from allears.cli.auditing import audit as run

    run(workspace, as_json=as_json, compare=compare)


@app.command()
def replay(
    envelopes: Annotated[list[int] | None, typer.Argument(help="Envelope ids.")] = None,
    all_dead: Annotated[bool, typer.Option("--all", help="Every dead letter.")] = False,
) -> None:
    """Have dead letters read again."""
    from allears.cli.auditing import replay as run

    run(envelopes or [], all_dead=all_dead)


@app.command()
def doctor(
    as_json: AsJson = False,
    rotate: Annotated[
        bool, typer.Option("--rotate", help="Seal all secrets with the first vault key.")
    ] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try work again that was given up.")] = False,
) -> None:
    """Check this installation; exit 1 when something needs you."""
    from allears.cli.doctoring import examine, retry_given_up, rotate_vault_key

    if rotate:
        rotate_vault_key()
    if retry:
        retry_given_up()
    examine(as_json=as_json)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Where to write it, as .tar.gz.")]) -> None:
    """Write everything into one file, while All Ears runs. It holds the keys too: keep it safe."""
    from allears.cli.keeping import back_up

    back_up(file)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    replace: Annotated[bool, typer.Option(help="Put what is there now aside first.")] = False,
) -> None:
    """Put a backup back, into an empty data folder."""
    from allears.cli.keeping import restore as run

    run(file, replace=replace)
