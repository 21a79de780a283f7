"""Files: odd paths (threat T11), and writing that is killed or fails half-way (threat T16)."""

# ruff: noqa: E501

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
from cli.console import run
from threats.child import run_child

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, pipes and signals of POSIX")

NET = "input 1@8x8\nconv 3x3 -> 4\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.cnn").write_text(NET, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "no file and no network of the zoo is named ''"),
        ("..", "cannot read '..': is a directory"),
        ("/", "cannot read '/': is a directory"),
        ("~/net.cnn", "cannot read '~/net.cnn': no such file or directory"),
        ("$HOME/net.cnn", "cannot read '$HOME/net.cnn': no such file or directory"),
        ("file:///net.cnn", "cannot read 'file:///net.cnn': no such file or directory"),
        ("http://127.0.0.1/net.cnn", "cannot read 'http://127.0.0.1/net.cnn': no such file or directory"),
        ("C:\\net.cnn", "cannot read 'C:\\net.cnn': no such file or directory"),
        ("*.cnn", "cannot read '*.cnn': no such file or directory"),
        ("net.cnn/", "no file and no network of the zoo is named 'net.cnn/'"),
        ("net.cnn/../net.cnn", "cannot read 'net.cnn/../net.cnn': not a directory"),
        ("loop.cnn", "cannot read 'loop.cnn': too many levels of symbolic links"),
        ("dangling.cnn", "cannot read 'dangling.cnn': no such file or directory"),
        ("nul\0.cnn", "a file name cannot contain a NUL character"),
    ],
)
def test_odd_paths(name: str, said: str, folder: Path) -> None:
    (folder / "loop.cnn").symlink_to("loop.cnn")
    (folder / "dangling.cnn").symlink_to("nowhere.cnn")
    for command in ("show", "check", "draw", "fmt"):
        result = run(command, name)
        assert result.exit_code == 2
        if command == "fmt" and said.startswith("no file"):  # the zoo is not formatted
            assert result.stderr.startswith(f"error: cannot read '{name}': no")
        else:
            assert result.stderr.startswith(f"error: {said}\n")
    assert sorted(os.listdir(folder)) == ["dangling.cnn", "loop.cnn", "net.cnn"]
    assert (folder / "net.cnn").read_text(encoding="utf-8") == NET


def test_a_long_path_is_not_repeated_at_length() -> None:
    for name in ("a" * 10_000 + ".cnn", "a/" * 5_000 + "b.cnn"):
        for command in ("show", "check", "fmt"):
            result = run(command, name)
            assert result.exit_code == 2
            assert result.stderr.endswith("file name too long\n") or "no such file" in result.stderr
            assert len(result.stderr) < 250


@pytest.mark.parametrize("name", ["\x1b[31mred.cnn", "a\nb.cnn", "\u202ecnn.cnn", "\x07.cnn", "\x9b31m.cnn"])
def test_a_name_does_not_drive_the_terminal(name: str, folder: Path) -> None:
    result = run("show", name)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: cannot read '")
    assert all(char.isprintable() for char in result.stderr.removesuffix("\n"))


def test_a_name_that_is_no_utf8(package_env: dict[str, str], folder: Path) -> None:
    (folder / os.fsdecode(b"\xff.cnn")).write_text(NET + "assert params == 41\n", encoding="utf-8")
    code = "import os, sys; from symcnn.cli.main import main; sys.argv = ['symcnn', 'check', os.fsdecode(b'\\xff.cnn')]; main()"
    ended = run_child(code, env=package_env, cwd=folder)
    assert ended.code == 1
    assert b"Traceback" not in ended.stderr
    assert b"refuted" in ended.stdout


def test_links_are_followed_to_regular_files(folder: Path) -> None:
    (folder / "link.cnn").symlink_to("net.cnn")
    os.link(folder / "net.cnn", folder / "hard.cnn")
    for name in ("link.cnn", "hard.cnn"):
        assert run("show", name).exit_code == 0


def test_pipes_are_read_and_not_written(folder: Path) -> None:
    os.mkfifo(folder / "pipe.cnn")
    writers = [
        threading.Thread(target=(folder / "pipe.cnn").write_text, args=(NET,), kwargs={"encoding": "utf-8"})
        for _ in range(2)
    ]
    for writer, command in zip(writers, ("show", "fmt"), strict=True):
        writer.start()
        result = run(command, "pipe.cnn")
        writer.join()
        assert result.exit_code == 0
    assert (folder / "pipe.cnn").is_fifo()


def test_an_endless_file_is_not_read_to_its_end() -> None:
    for name in ("/dev/zero",):
        result = run("show", name)
        assert result.exit_code == 2
        assert "longer than 1,048,576 bytes" in result.stderr


def test_nothing_in_a_text_opens_a_file(folder: Path) -> None:
    (folder / "other.cnn").write_text("let a = 1\n", encoding="utf-8")
    for text in (
        'net "other.cnn" { input 1@8x8 }',
        "# other.cnn\ninput 1@8x8",
        'input 1@8x8; assert params == 0 "@other.cnn"',
    ):
        assert "let a" not in run("show", "-e", text).stdout


# ---------------------------------------------------------------------------------- writing
# Each child of the child does one rewriting, and stops at one of its calls of the system.
_WRITE = """
import errno, json, os, random, signal, sys, tempfile, time
import symcnn.cli.writing
from symcnn.errors import UsageError
from symcnn.source import Source

how, old, new = json.load(sys.stdin)
random.seed(1)

def write():
    if how == "rewrite":
        symcnn.cli.writing.replace_file(Source("net.cnn", old), new)
    else:
        symcnn.cli.writing.write_file("net.cnn", new)

def watch(stop):
    '''Call `stop` at every call that the interpreter reports, or that is about a file.'''
    on = [True]
    def hook(event, arguments):
        if on[0] and event.startswith(("open", "os.", "tempfile.")):
            stop(event)
    sys.addaudithook(hook)
    for name in ("fsync", "close", "stat", "lstat", "fstat"):
        def call(*a, _real=getattr(os, name), _name=name, **k):
            if on[0]:
                stop(_name)
            return _real(*a, **k)
        setattr(os, name, call)
    watch_writes(on, stop)
    return on

class Half:
    '''A file of which a write that is stopped has written one half.'''
    def __init__(self, file, on, stop):
        self.__dict__.update(file=file, on=on, stop=stop, name=file.name)
    def write(self, data):
        middle = len(data) // 2
        self.file.write(data[:middle])
        self.file.flush()
        if self.on[0]:
            self.stop("write")
        self.file.write(data[middle:])
    def flush(self):
        if self.on[0]:
            self.stop("flush")
        self.file.flush()
    def fileno(self):
        return self.file.fileno()
    def __enter__(self):
        return self
    def __exit__(self, *raised):
        self.file.close()

def watch_writes(on, stop):
    '''The interpreter reports no writing: the files that are written are wrapped.'''
    made = tempfile.NamedTemporaryFile
    tempfile.NamedTemporaryFile = lambda *a, **k: Half(made(*a, **k), on, stop)

def at(number, act):
    count = [0]
    def stop(event):
        count[0] += 1
        if count[0] == number:
            act(event)
    return stop

def state():
    with open("net.cnn", encoding="utf-8", newline="") as file:
        text = file.read()
    names = set(os.listdir(".")) - {"net.cnn"}
    for name in names:
        os.unlink(name)
    return "old" if text == old else "new" if text == new else "torn", len(names)

def reset():
    with open("net.cnn", "w", encoding="utf-8", newline="") as file:
        file.write(old)

def attempt(body):
    reset()
    child = os.fork()
    if not child:
        try:
            os._exit(body())
        except BaseException as error:
            os.write(2, repr(error).encode())
            os._exit(99)
    return child

def kill_at(number):
    def body():
        watch(at(number, lambda event: os.kill(os.getpid(), signal.SIGKILL)))
        write()
        return 0
    _, status = os.waitpid(attempt(body), 0)
    return os.waitstatus_to_exitcode(status)

def fail_at(number, code):
    def fail(event):
        raise OSError(code, os.strerror(code))
    def body():
        on = watch(at(number, fail))
        try:
            write()
        except UsageError as error:
            return 2 if os.strerror(code).lower() in str(error) else 3
        return 0
    _, status = os.waitpid(attempt(body), 0)
    return os.waitstatus_to_exitcode(status)

def kill_some_time():
    def body():
        while True:
            write()
            if how == "rewrite":
                symcnn.cli.writing.replace_file(Source("net.cnn", new), old)
            else:
                symcnn.cli.writing.write_file("net.cnn", old)
    child = attempt(body)
    time.sleep(random.random() / 100)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

report = {"killed": [], "failed": [], "random": [], "events": []}
attempted = os.pipe()
child = attempt(lambda: (watch(lambda event: os.write(attempted[1], event.encode() + b" ")), write()) and 0)
os.waitpid(child, 0)
report["events"] = os.read(attempted[0], 1 << 16).decode().split()
for number in range(1, 100):
    code = kill_at(number)
    report["killed"].append([code, *state()])
    if code == 0:
        break
for reason in (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS, errno.EINTR, errno.EACCES):
    for number in range(1, len(report["killed"])):
        report["failed"].append([fail_at(number, reason), *state()])
for _ in range(int(sys.argv[1])):
    kill_some_time()
    report["random"].append(state())
print(json.dumps(report))
"""
OLD, NEW = "input 1@8x8  # old\n" * 4000, "input 1@8x8  # new é\n" * 5000


def interrupt(how: str, kills: int, env: dict[str, str], folder: Path) -> None:
    ended = run_child(
        _WRITE,
        str(kills),
        env=env,
        cwd=folder,
        stdin=json.dumps([how, OLD, NEW]).encode(),
        seconds=120,
        memory=0,
    )
    assert ended.said == ""
    report = json.loads(ended.stdout)
    assert {"write", "flush", "fsync", "os.rename"} <= set(report["events"])
    *killed, (code, last, strays) = report["killed"]
    assert len(killed) == len(report["events"])
    assert (code, last, strays) == (0, "new", 0)
    assert len(killed) >= 10
    assert {code for code, _, _ in killed} == {-9}
    states = [found for _, found, _ in killed]
    assert "torn" not in states
    assert states == sorted(states, key=["old", "new"].index)  # new from one call on
    for code, found, strays in report["failed"]:
        assert (code, found) in {(2, "old"), (2, "new"), (0, "new")}  # new: the folder was not synced
        assert strays == 0
    assert sum(found == "old" for _, found, _ in report["failed"]) >= 6 * 7
    assert {found for found, _ in report["random"]} == {"old", "new"}


@pytest.mark.parametrize("how", ["rewrite", "write"])
def test_old_or_new_whatever_happens(how: str, package_env: dict[str, str], folder: Path) -> None:
    """Killed at every call of the system, out of space at each, and killed at random moments."""
    interrupt(how, 60, package_env, folder)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["rewrite", "write"])
def test_old_or_new_after_a_thousand_kills(how: str, package_env: dict[str, str], folder: Path) -> None:
    interrupt(how, 1000, package_env, folder)


def test_the_whole_command_on_a_full_disk(package_env: dict[str, str], folder: Path) -> None:
    """With a limit on the size of files, writing fails as on a full disk."""
    messy = "input   1@8x8\n" * 3000
    (folder / "net.cnn").write_text(messy, encoding="utf-8")
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "from symcnn.cli.main import main; sys.argv = ['symcnn', 'fmt', 'net.cnn']; main()"
    )
    ended = run_child(code, env=package_env, cwd=folder)
    assert (ended.code, ended.said) == (2, "error: cannot write 'net.cnn': file too large\n")
    assert (folder / "net.cnn").read_text(encoding="utf-8") == messy
    assert os.listdir(folder) == ["net.cnn"]
