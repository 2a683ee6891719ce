"""What flow.py has in hand at once: envelopes that were read, the messages they tell of, what came of the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from allears.connectors.interface import Edit, File, Incoming
from allears.foundation.files import store_file
from allears.pipeline.channels.queries import OpenChannel
from allears.pipeline.conversations.actions.changes import Came, whole_of
from allears.pipeline.conversations.actions.fetching import seal_remote
from allears.pipeline.conversations.actions.filing import KeptFile
from allears.pipeline.intake.reading import Reading
from allears.pipeline.understanding.reading import Reading as TextReading


@dataclass(frozen=True, slots=True)
class Told:
    """One message that an envelope tells of, its other names on the network, and its files."""

    reading: Reading
    incoming: Incoming
    names: tuple[str, ...] = ()
    files: Sequence[KeptFile] = ()

    @property
    def channel_id(self) -> int:
        return self.reading.envelope.channel_id


@dataclass(slots=True)
class Batch:
    """Readings on their way, with their open channels; what came of what they change, by envelope; what their
    words were `understood` as, by the `id()` of the incoming message."""

    readings: Sequence[Reading]
    channels: dict[int, OpenChannel]
    told: list[Told]
    came: dict[int, list[Came]] = field(default_factory=dict)
    joined: list[tuple[int, int]] = field(default_factory=list)
    to_nobody: set[int] = field(default_factory=set)
    understood: dict[int, TextReading] = field(default_factory=dict)

    def note(self, envelope_id: int, came: Came) -> None:
        """Write down what came of one change of an envelope."""
        self.came.setdefault(envelope_id, []).append(came)


def open_batch(readings: Sequence[Reading], channels: dict[int, OpenChannel]) -> Batch:
    """Begin a batch: the bytes that came with messages are durable before the transaction begins."""
    return Batch(readings, channels, [_keep_files(one) for reading in readings for one in _told_in(reading)])


def _told_in(reading: Reading) -> list[Told]:
    """List the messages of a reading; an edit that brings its message whole is one, unless it is here already."""
    told = [Told(reading, one) for one in reading.incoming]
    for change in reading.changes:
        if isinstance(change, Edit) and (whole := whole_of(change)):
            names = () if whole.external_id == change.external_id else (change.external_id,)
            told.append(Told(reading, whole, names))
    return told


def _keep_files(told: Told) -> Told:
    if not told.incoming.files:
        return told
    files = [_kept(file, told.channel_id) for file in told.incoming.files]
    return Told(told.reading, told.incoming, told.names, files)


def _kept(file: File, channel_id: int) -> KeptFile:
    is_remote = bool(file.remote and not file.data and not file.digest)
    return KeptFile(
        name=file.name,
        content_type=file.content_type,
        size=file.size or len(file.data),
        digest="" if is_remote else file.digest or store_file(file.data),
        content_id=file.content_id,
        is_inline=file.is_inline,
        remote=seal_remote(file.remote, channel_id) if is_remote else "",
    )
