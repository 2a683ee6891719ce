import re
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.architecture.tree import ROOT
from tests.servers.desk import start_desk

pytestmark = pytest.mark.slow


def run(*command: str | Path) -> None:
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory):
    venv = tmp_path_factory.mktemp("installed") / "venv"
    uv = (sys.executable, "-m", "uv")
    run(*uv, "venv", "--quiet", "--python", sys.executable, venv)
    into = ("pip", "install", "--quiet", "--python", venv)
    run(*uv, *into, "--require-hashes", "-r", "requirements.lock")
    run(*uv, *into, "--no-deps", wheel)
    run(*uv, "pip", "check", "--quiet", "--python", venv)
    return venv / "bin" / "allears"


def test_the_wheel_holds_what_is_shipped_and_no_tests(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    assert "allears/locale/ru/LC_MESSAGES/django.mo" in names
    assert [name for name in names if name.endswith("ui/page.html")]
    assert [name for name in names if "/static/" in name]
    assert [name for name in names if "/tests/" in name or "/test_" in name] == []


def test_an_installed_wheel_serves_its_first_page(installed, tmp_path):
    desk = start_desk(tmp_path, program=[installed])
    try:
        page = httpx.get(desk.url, follow_redirects=True)
        style = re.search(r'href="(/static/[^"]+\.css[^"]*)"', page.text)

        assert page.status_code == 200
        assert "All Ears" in page.text
        assert httpx.get(desk.url + style[1]).status_code == 200
    finally:
        code = desk.stop()
    assert code in {0, -15}, desk.log.read_text()
