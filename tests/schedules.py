"""What schedulers do with the files of `examples/schedule/`: their job lines, run in a folder of a test."""

from __future__ import annotations

import configparser
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

__all__ = ["ROOT", "Job", "cron_job", "github_job", "library_job", "systemd_job", "unit"]

ROOT = Path(__file__).resolve().parents[1]
SCHEDULE = ROOT / "examples" / "schedule"
PROGRAMS = "/opt/sheetdesk/.venv/bin"


@dataclass(frozen=True)
class Job:
    """A command line for `shell`, in `folder`, with this environment and no other."""

    shell: str
    line: str
    folder: Path
    environment: Mapping[str, str]

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.shell, "-e", "-c", self.line], cwd=self.folder, env=dict(self.environment), text=True,
            encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self) -> subprocess.CompletedProcess[str]:
        with self.start() as process:
            out, err = process.communicate(timeout=240)
        return subprocess.CompletedProcess(self.line, process.returncode, out, err)


def cron_job(desk: Path, programs: Path, more: Mapping[str, str]) -> Job:
    """The crontab's one job, with what the crontab itself sets."""
    lines = [line for line in _text("sheetdesk.cron").splitlines() if line and not line.startswith("#")]
    settings = dict(line.split("=", maxsplit=1) for line in lines[:-1])
    # Five fields of time, then the command; cron would take a bare % for the end of the line.
    *times, command = lines[-1].split(maxsplit=5)
    assert times == ["*/5", "*", "*", "*", "*"]
    assert "%" not in command
    environment = {name: _here(value, desk, programs) for name, value in settings.items()}
    return Job("/bin/sh", _here(command, desk, programs), desk.parent, environment | dict(more))


def systemd_job(desk: Path, programs: Path, more: Mapping[str, str]) -> Job:
    """The service's ExecStart, which no shell reads."""
    service = unit("sheetdesk-sync.service")["Service"]
    words = shlex.split(_here(service["ExecStart"], desk, programs))
    return Job("/bin/sh", shlex.join(words), desk.parent, {"PATH": os.defpath, **more})


def github_job(desk: Path, programs: Path, more: Mapping[str, str]) -> Job:
    """The workflow's step that syncs; its secrets are what `more` says."""
    workflow: Any = YAML(typ="safe").load(_text("github-sync.yml"))
    assert workflow["concurrency"]["cancel-in-progress"] is False
    (step,) = [step for step in workflow["jobs"]["sync"]["steps"] if step.get("name") == "Sync"]
    secrets = {name: "" for name in step["env"] if name != "SHEETDESK_STORE"}
    temp = desk.parent / "runner"
    temp.mkdir(exist_ok=True)
    path = f"{programs}:{os.defpath}"
    return Job("/bin/bash", step["run"], desk, {"PATH": path, "RUNNER_TEMP": str(temp), **secrets, **more})


def library_job(desk: Path, programs: Path, more: Mapping[str, str]) -> Job:
    """The Python script, with the desk's folder as it is told to be started."""
    line = f"{shlex.quote(sys.executable)} {ROOT}/examples/sync_by_library.py {shlex.quote(str(desk))}"
    return Job("/bin/sh", line, desk.parent, {"PATH": os.defpath, "PYTHONPATH": str(ROOT), **more})


def unit(name: str) -> configparser.ConfigParser:
    """A unit file of systemd."""
    parser = configparser.ConfigParser(interpolation=None, strict=True, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(_text(name))
    return parser


def _text(name: str) -> str:
    return (SCHEDULE / name).read_text("utf-8")


def _here(text: str, desk: Path, programs: Path) -> str:
    """With the places of a test for those of the example."""
    return text.replace(PROGRAMS, str(programs)).replace("/srv/desk", str(desk))
