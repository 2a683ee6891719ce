"""Tests of what several connectors share."""
