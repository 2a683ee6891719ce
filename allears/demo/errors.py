"""What may stand in the way of sample data; each docstring is the sentence a person reads."""

from allears.foundation.errors import AllEarsError


class SamplesAreHere(AllEarsError):
    """Sample data are here already. Remove them first, or go on with those."""


class NoSamples(AllEarsError):
    """There are no sample data here."""


class SamplesAreComing(AllEarsError):
    """Sample data are just coming in. Wait until they are all here."""
