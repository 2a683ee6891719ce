"""What the mailbox holds now, for comparing with what is stored, and fetching some of it again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from allears.connectors.email.fetching import Fetcher
from allears.connectors.email.headers import Headers, read_headers
from allears.connectors.email.mailbox import Mailbox
from allears.connectors.email.places import cut_batches, source_of
from allears.connectors.email.references import find_external_id
from allears.connectors.interface import Piece, SourceItem

LISTED_AT_ONCE = 500


def list_mailbox(mailbox: Mailbox, since: datetime) -> Iterator[SourceItem]:
    """List every mail in the heard folders that arrived since then."""
    fetcher = Fetcher(mailbox)
    try:
        for folder in mailbox.folders:
            opened = fetcher.open_folder(folder)
            uids = fetcher.line.uids_since((since - timedelta(days=1)).date())
            for start in range(0, len(uids), LISTED_AT_ONCE):
                rows = fetcher.line.fetch_ids(uids[start : start + LISTED_AT_ONCE])
                for uid, (arrived_at, header) in sorted(rows.items()):
                    if arrived_at >= since:
                        yield SourceItem(
                            source=source_of(folder, opened.validity, uid),
                            external_id=message_id_in(header),
                            arrived_at=arrived_at,
                        )
    finally:
        fetcher.close()


def message_id_in(header: bytes) -> str:
    """Name the mail as its reader would; empty where it has no Message-ID of its own."""
    headers, _ = read_headers(header, 0, len(header))
    external_id = find_external_id(headers, header)
    return "" if external_id == find_external_id(Headers(), header) else external_id


def fetch_from_mailbox(mailbox: Mailbox, sources: Sequence[str]) -> Iterator[Piece]:
    """Fetch the named mails again; those that are gone are left out."""
    wanted: dict[tuple[str, int], list[int]] = defaultdict(list)
    for source in sources:
        name, validity_text, uid_text = source.rsplit("/", 2)
        wanted[name, int(validity_text)].append(int(uid_text))
    fetcher = Fetcher(mailbox)
    try:
        for (folder, validity), uids in wanted.items():
            if fetcher.open_folder(folder).validity == validity:
                yield from fetch_from_folder(fetcher, folder, validity, sorted(uids))
    finally:
        fetcher.close()


def fetch_from_folder(fetcher: Fetcher, folder: str, validity: int, uids: list[int]) -> Iterator[Piece]:
    for batch in cut_batches(fetcher.survey(uids)):
        bodies = fetcher.fetch(batch)
        for mail in batch:
            if mail.uid in bodies:
                yield Piece(
                    body=bodies[mail.uid],
                    headers={"internaldate": mail.arrived_at.isoformat()},
                    source=source_of(folder, validity, mail.uid),
                )
