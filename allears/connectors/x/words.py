"""Sentences of the X connector that several of its parts say."""

from allears.connectors.words import mark

NOT_FROM_X = mark("This is JSON, but nothing that X delivers.")
NO_AUTHOR = mark("X did not say who wrote this.")
NO_ID = mark("X did not say which post or message this is.")
TYPING = mark("Somebody is typing, or stopped.")
WE_READ = mark("Our own account has read a message.")
REPOST = mark("Somebody shared a post without words of their own.")
OUR_POST = mark("Our own account wrote this, and it answers nobody.")
MEMBERS = mark("Somebody joined or left a group.")
NO_MATTER = mark("This tells of an account, not of a message.")
NO_RECORD = mark("This answer of X holds no post and no message.")
ENCRYPTED = mark("This message is encrypted end to end. Only the X app can show it.")
PROTECTED = mark("This account is protected: only its followers see what it writes.")
SENSITIVE = mark("X marks this post as possibly sensitive.")
REVOKED = mark("Somebody withdrew the permission for All Ears at X.")
REVOKED_ADVICE = mark("Sign in to X, allow the app again, and connect the channel anew.")
