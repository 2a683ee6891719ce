from allears.foundation.errors import AllEarsError


class NotAnArchive(AllEarsError):
    """This is not an archive that `allears export` wrote."""


class ArchiveDamaged(AllEarsError):
    """The archive is damaged: what it holds is not what was written. Nothing was changed."""


class ArchiveFromNewer(AllEarsError):
    """The archive was written by a newer All Ears. Update first. Nothing was changed."""


class WorkspaceNotEmpty(AllEarsError):
    """This workspace holds something already. Import into an empty one, or into a new one. Nothing was changed."""
