"""Connect and watch over channels."""

import json
import sys
from pathlib import Path

from allears.cli.setting_up import fail, out, prepare


def add(kind: str, name: str, values: list[str], workspace: str, *, as_json: bool) -> None:
    """Add a channel and print it with where it listens, and its secret, this once."""
    prepare()
    from allears.cli.finding import find_workspace
    from allears.connectors.registry import all_connectors
    from allears.foundation.errors import AllEarsError
    from allears.pipeline.channels.actions import add_channel

    if kind not in all_connectors():
        fail(f"there is no kind {kind!r}. There are: {', '.join(sorted(all_connectors()))}.")
    fields = {field.name for field in all_connectors()[kind].fields}
    given = dict(_parse(value, fields) for value in values)
    try:
        channel, secret = add_channel(find_workspace(workspace), kind, name, given)
    except AllEarsError as error:
        fail(str(error))
    described = {**_describe(channel), "key": channel.key, "secret": secret}
    if as_json:
        out.print_json(json.dumps(described))
        return
    _say_where(channel.id, channel.name, described)
    if secret:
        out.print(f"Its secret, shown this once: {secret}", markup=False)


def _say_where(id_: int, name: str, described: dict[str, object]) -> None:
    if not described["script"]:
        out.print(f"Channel {id_}, {name}, listens at {described['address']}", markup=False)
        return
    out.print(f"Channel {id_}, {name}. Put this into your pages, before </body>:", markup=False)
    out.print(str(described["script"]), markup=False)
    out.print(f"The chat on a page of its own: {described['page']}", markup=False)


def _parse(value: str, fields: set[str]) -> tuple[str, str]:
    name, sign, text = value.partition("=")
    if not sign:
        fail(f"{value!r} is not FIELD=VALUE.")
    if name not in fields:
        fail(f"there is no field {name!r}. There are: {', '.join(sorted(fields))}.")
    if text.startswith("@") and Path(text[1:]).is_file():
        text = Path(text[1:]).read_text(encoding="utf-8").strip()
    return name, text


def _describe(channel: object) -> dict[str, object]:
    from django.conf import settings

    from allears.pipeline.channels.models import Channel
    from allears.pipeline.channels.queries import get_connector
    from allears.public.chat.queries.places import chat_page, script_tag

    assert isinstance(channel, Channel)
    abilities = get_connector(channel.kind).can
    is_pushed, is_chat = "hear_pushed" in abilities, "chat" in abilities
    path = f"/in/{channel.key}"
    return {
        "id": channel.id,
        "kind": channel.kind,
        "name": channel.name,
        "state": channel.state,
        "address": path if is_pushed else channel.address,
        "url": f"{settings.BASE_URL}{path}" if is_pushed else "",
        "script": script_tag(channel.key) if is_chat else "",
        "page": chat_page(channel.key) if is_chat else "",
        "trouble": channel.trouble % channel.trouble_facts if channel.trouble_facts else channel.trouble,
        "last_heard_at": channel.last_heard_at.isoformat() if channel.last_heard_at else None,
        "last_sent_at": channel.last_sent_at.isoformat() if channel.last_sent_at else None,
    }


def show(workspace: str, *, as_json: bool) -> None:
    """Print every channel and how it is."""
    prepare()
    from rich.table import Table

    from allears.cli.finding import find_workspace
    from allears.pipeline.channels.models import Channel

    channels = Channel.objects.filter(workspace=find_workspace(workspace)).order_by("id")
    described = [_describe(channel) for channel in channels]
    if as_json:
        out.print_json(json.dumps(described))
        return
    table = Table("id", "name", "kind", "state", "listens at", "last heard", "trouble")
    for one in described:
        table.add_row(
            *(
                str(one[name] or "")
                for name in ("id", "name", "kind", "state", "address", "last_heard_at", "trouble")
            )
        )
    out.print(table)


def check(name: str, workspace: str, *, as_json: bool) -> None:
    """Try everything a channel needs, and exit 1 when something does not work."""
    prepare()
    from allears.cli.finding import find_channel, find_workspace
    from allears.pipeline.channels.actions.connecting import check_and_prove

    checks = check_and_prove(find_channel(find_workspace(workspace), name))
    if as_json:
        rows = [
            {
                "name": c.name,
                "good": c.is_good,
                "message": _say(c.message, c.facts),
                "advice": _say(c.advice, c.facts),
            }
            for c in checks
        ]
        out.print_json(json.dumps(rows))
    else:
        for one in checks:
            line = f"{'ok  ' if one.is_good else 'BAD '} {_say(one.name, one.facts)}: {_say(one.message, one.facts)}"
            out.print(f"{line} {_say(one.advice, one.facts)}".strip(), markup=False)
    if not all(one.is_good for one in checks):
        sys.exit(1)


def _say(sentence: str, facts: object) -> str:
    return sentence % facts if facts else sentence
