import json
import logging

import pytest
import structlog

from allears.foundation.logs import set_up_logs


@pytest.fixture(autouse=True)
def _old_handlers():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("path", ["/password/s3cret/", "/invitations/s3cret/", "/in/s3cret"])
def test_keys_in_paths_are_not_logged(path, capsys):
    set_up_logs(as_json=True)
    logging.getLogger("django.security").warning("%s: %s", "Gone", path)
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == f"Gone: {path.replace('s3cret', '…')}"
