"""What pages call by name, so that they need not touch a table."""

from allears.pipeline.replies.models import Dispatch, Draft, DraftFile, DraftKind, ItemDeed, SavedReply

__all__ = ["Dispatch", "Draft", "DraftFile", "DraftKind", "ItemDeed", "SavedReply"]
