import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.architecture.tree import ROOT
from tests.servers.postgres import find_free_port

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


@pytest.fixture
def serving(installed, tmp_path):
    port = find_free_port()
    own = {"PORT": str(port), "HOST": "127.0.0.1", "ALLEARS_DATA": str(tmp_path / "data")}
    environment = {name: value for name, value in os.environ.items() if not is_ours(name)} | own
    log = tmp_path / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [installed, "serve"], cwd=tmp_path, env=environment, stdout=output, stderr=output
        )
    try:
        yield process, f"http://127.0.0.1:{port}", log
    finally:
        process.kill()
        process.wait()


def is_ours(name: str) -> bool:
    return name.startswith(("ALLEARS_", "DJANGO_")) or name in {"DATABASE_URL", "PYTHONPATH"}


def open_when_up(
    process: "subprocess.Popen[bytes]", url: str, log: Path, patience: float = 60
) -> httpx.Response:
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        try:
            return httpx.get(url, follow_redirects=True, timeout=10)
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(log.read_text())


def test_the_wheel_holds_what_is_shipped_and_no_tests(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    assert "allears/locale/ru/LC_MESSAGES/django.mo" in names
    assert [name for name in names if name.endswith("ui/page.html")]
    assert [name for name in names if "/static/" in name]
    assert [name for name in names if "/tests/" in name or "/test_" in name] == []


def test_an_installed_wheel_serves_its_first_page(serving):
    process, url, log = serving

    page = open_when_up(process, url, log)

    assert page.status_code == 200
    assert "All Ears" in page.text
    style = re.search(r'href="(/static/[^"]+\.css[^"]*)"', page.text)
    assert httpx.get(url + style[1]).status_code == 200
    process.terminate()
    assert process.wait(timeout=15) in {0, -15}
