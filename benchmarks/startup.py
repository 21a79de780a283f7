"""One answer from the shell, as whole processes: python benchmarks/startup.py [RUNS]"""

from __future__ import annotations

import sys

from timing import pairs, process, report

ROWS = {
    "symcnn show lenet5": (["show", "lenet5"], "import sympy", "at most 2.5"),
    "symcnn --help": (["--help"], "import sympy", "below 0.15 s"),
    "symcnn fmt": (["fmt", "-e", "conv 3x3->8,stride 2"], "import sympy", "below 0.15 s"),
    "symcnn check alexnet": (["check", "alexnet"], "import sympy", ""),
}


def main() -> None:
    """Print each command against the import of SymPy, and what it leaves unimported."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    for title, (arguments, rival, target) in ROWS.items():
        times = pairs(process("-m", "symcnn", *arguments), process("-c", rival), runs)
        report(title, f'python -c "{rival}"', times, target)
    for arguments in (["--help"], ["fmt", "-e", "relu"]):
        code = (
            "import sys; from symcnn.cli.main import cli; "
            f"cli.main({arguments!r}, standalone_mode=False); sys.exit('sympy' in sys.modules)"
        )
        process("-c", code)()
        print(f"symcnn {arguments[0]}: SymPy is not imported")


if __name__ == "__main__":
    main()
