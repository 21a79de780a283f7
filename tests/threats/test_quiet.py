"""No network, no other program, nothing written but one file of the cache (threat T19)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from threats.child import run_child

_LISTEN = """
import json, os, sys

seen, on = [], True
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown",
            "os.truncate", "os.utime", "shutil.")
OUTSIDE = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.startfile",
           "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser.")

def hook(event, arguments):
    if not on:
        return
    if event == "open":
        path, mode, flags = arguments
        if flags & WRITING and not isinstance(path, int):  # a number is open already
            seen.append(["written", str(path)])
    elif event.startswith(CHANGING):
        seen.append(["changed", str(arguments[0])])
    elif event.startswith(OUTSIDE):
        seen.append([event, repr(arguments)[:200]])

sys.addaudithook(hook)
from click.testing import CliRunner
import symcnn
from symcnn.cli.main import cli
said = [CliRunner().invoke(cli, command).exit_code for command in json.load(sys.stdin)]
on = False
print(json.dumps([said, seen]))
"""
COMMANDS = [
    ["--help"], ["show", "lenet5"], ["show", "net.cnn", "--json"], ["check", "alexnet", "net.cnn"],
    ["explain", "net.cnn", "conv1"], ["formula", "resnet50", "params"], ["draw", "unet", "--net", "unet"],
    ["export", "lenet5", "--to", "torch", "--at", "defaults"], ["fmt", "--check", "net.cnn"],
    ["fmt", "--diff", "net.cnn"], ["layers"], ["zoo"], ["show", "nothing.cnn"], ["show", "-e", "conv"],
]  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="the cache of POSIX")
def test_commands_are_quiet(tmp_path: Path, package_env: dict[str, str]) -> None:
    """As the interpreter reports it: once with an empty cache, once with a full one."""
    (tmp_path / "net.cnn").write_text("input 1@8x8\nconv 3x3->4\nassert params == 40\n", encoding="utf-8")
    cache = tmp_path / "cache"
    env = package_env | {"XDG_CACHE_HOME": str(cache), "PYTHONDONTWRITEBYTECODE": "1"}
    for first in (True, False):
        ended = run_child(
            _LISTEN, env=env, cwd=tmp_path, stdin=json.dumps(COMMANDS).encode(), seconds=60, memory=0
        )
        assert ended.said == ""
        codes, seen = json.loads(ended.stdout)
        assert codes[:-2] == [0] * 8 + [1] + [0] * 3 and codes[-2:] != [0, 0]
        assert {kind for kind, _ in seen} <= {"written", "changed"}
        # The parse table, which the next run finds.
        assert any(kind == "written" for kind, _ in seen) == first
        assert [path for _, path in seen if not Path(path).is_relative_to(cache)] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "net.cnn"]
    (kept,) = (cache / "symcnn").iterdir()
    assert kept.name.startswith("grammar-") and (kept.stat().st_mode & 0o777) == 0o600


def test_what_is_listened_for_is_heard(tmp_path: Path, package_env: dict[str, str]) -> None:
    loud = _LISTEN.replace(
        "import symcnn\n",
        "import symcnn, socket, subprocess\nsocket.socket().close()\nopen('x', 'w').close()\nos.remove('x')\n"
        "subprocess.run(['true'], check=False)\n",
    )
    assert loud != _LISTEN
    ended = run_child(loud, env=package_env, cwd=tmp_path, stdin=b"[]", seconds=20, memory=0)
    heard = {kind for kind, _ in json.loads(ended.stdout)[1]}
    assert {"written", "changed", "socket.__new__", "subprocess.Popen"} <= heard
