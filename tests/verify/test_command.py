"""symcnn verify: what is printed, exit codes, JSON, the same seed twice."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from cli.console import run

from symcnn.algebra.identity import Decision
from symcnn.layers.conv import Conv
from symcnn.network import measures
from symcnn.verbs import claims as verdicts


def test_a_network_that_agrees() -> None:
    result = run("verify", "-e", "input 1@I; conv 3 -> 2", "--examples", "4", "--against", "oracle")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("<text>: agrees\n    2 layers; read again: 4 of 4 bindings, oracle: ")
    assert result.stdout.endswith("1 network, 8 comparisons of a network with a way: no disagreement\n")


def test_one_that_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Conv.biases
    measures.derive.cache_clear()
    monkeypatch.setattr(Conv, "biases", lambda layer, x, o: 2 * right(layer, x, o))
    result = run("verify", "-e", "input 1@I; relu; conv 3 -> N", "--examples", "4", "--against", "oracle")
    measures.derive.cache_clear()
    assert result.exit_code == 1
    assert result.stdout.split("\n", 2)[2] == (
        "input 1@1; conv 1 -> 1\n# biases of conv1: the formula gives 2, the oracle counts 1\n"
        "1 network, 4 comparisons of a network with a way: 1 disagree\n"
    )


def test_json_is_the_same_twice() -> None:
    arguments = ("verify", "squeezenet1_1", "--examples", "3", "--against", "oracle", "--seed", "7", "--json")
    one, two = run(*arguments), run(*arguments)
    document = json.loads(one.stdout)
    assert one.stdout == two.stdout and (document["schema"], document["seed"]) == ("symcnn/verify/1", 7)
    (network,) = document["networks"]
    assert network["network"] == "zoo/squeezenet.cnn v1_1 squeezenet1_1" and network["counterexample"] is None


def test_proofs_are_counted() -> None:
    pytest.importorskip("z3")
    result = run("verify", "one-conv", "--examples", "2", "--against", "oracle", "--prove", "--json")
    (network,) = json.loads(result.stdout)["networks"]
    assert result.exit_code == 0
    assert network["proofs"]["proved"] > 10 and network["proofs"]["refuted"] == 0


CLAIMS = """input 1@9; conv 3 -> N
assert size == 7
assert params == 8 given N = 3
assert params(none) == 1
"""


def test_claims_that_are_not_compared_are_told() -> None:
    result = run("verify", "-e", CLAIMS, "--examples", "4", "--against", "oracle")
    assert result.exit_code == 0
    assert "\n    claims: 2 of 3 compared with the oracle (1 no layer is labelled 'none')\n" in result.stdout


def test_claims_by_z3() -> None:
    pytest.importorskip("z3")
    arguments = ("verify", "-e", CLAIMS, "--examples", "2", "--against", "oracle", "--prove")
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.stdout.split("\n")[3:8] == [
        "    Z3, formulas: 8 proved, 0 refuted, 0 unknown",
        "    Z3, claims: 1 proved, 1 refuted, 1 unknown",
        "    refuted: claim: assert params == 8 given N = 3 (line 3)",
        "    unknown: claim: assert params(none) == 1 (line 4): no layer is labelled 'none'",
        "1 network, 4 comparisons of a network with a way: no disagreement",
    ]
    (network,) = json.loads(run(*arguments, "--json").stdout)["networks"]
    assert network["claims"] == {"compared": 2, "left_out": {"no layer is labelled 'none'": 1}}
    assert [(c["line"], c["outcome"], c["check"]) for c in network["claims_by_z3"]] == [
        (2, "proved", "proved"), (3, "refuted", "refuted"), (4, "unknown", ""),
    ]  # fmt: skip


def test_a_verdict_that_z3_contradicts(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("z3")
    monkeypatch.setattr(verdicts, "decide", lambda conditions, domain, samples: Decision("proved"))
    text = "input 1@I; conv 3 -> 4; assert size == 2"
    result = run("verify", "-e", text, "--examples", "2", "--against", "numpy", "--prove")
    assert result.exit_code == 1
    assert "    refuted, but check says proved: claim: assert size == 2 (line 1) at I = " in result.stdout


def test_a_claim_of_which_the_oracle_says_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "decide", lambda conditions, domain, samples: Decision("proved"))
    result = run("verify", "-e", "input 1@I; relu; assert size == 2", "--against", "oracle", "--json")
    (network,) = json.loads(result.stdout)["networks"]
    assert result.exit_code == 1
    assert network["counterexample"] == {
        "text": "assert 1 == 2\n", "values": {}, "measure": "claim",
        "of": "assert 1 == 2 (line 1)", "formula": "proved", "way": "the oracle says", "expected": "false",
    }  # fmt: skip


def test_random_programs() -> None:
    result = run("verify", "--random", "6", "--seed", "2", "--against", "oracle", "--json")
    document = json.loads(result.stdout)
    assert document["programs"] == 6 and document["disagreements"] == []
    assert document["ways"] == ["exact", "read again", "oracle"]
    told = run("verify", "--random", "2", "--against", "oracle").stdout
    assert told.startswith("ways: exact, read again, oracle\n") and "2 programs at " in told
    assert told.endswith(" programs/s: no disagreements\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--random", "2", "lenet5"),
            "error: --random draws its texts\n  = hint: verify files by themselves\n",
        ),
        (
            ("lenet5", "--against", "abacus"),
            "error: 'abacus' is no way to verify\n  = hint: ways: oracle, numpy, torch\n",
        ),
        (
            ("lenet5", "--against", ","),
            "error: --against names no way\n  = hint: name some of oracle, numpy, torch\n",
        ),
        (
            ("lenet5", "--jobs", "2"),
            "error: --jobs is for --random\n  = hint: start one command for each file\n",
        ),
        (
            ("--random", "2", "--prove"),
            "error: --prove is for texts, not for --random\n  = hint: verify files by themselves\n",
        ),
        (
            ("--random", "2", "--examples", "40"),
            "error: --examples is for texts, not for --random\n  = hint: verify files by themselves\n",
        ),
    ],
)
def test_mistakes(arguments: tuple[str, ...], message: str) -> None:
    result = run("verify", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", message)


@pytest.mark.parametrize(
    ("package", "arguments", "message"),
    [("hypothesis", (), "verify needs Hypothesis"), ("z3", ("--prove",), "--prove needs Z3")],
)
def test_without_what_is_needed(
    package: str, arguments: tuple[str, ...], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == package else right(name))
    result = run("verify", "-e", "input 1@9; relu", "--against", "oracle", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: {message}\n  = hint: pip install 'symcnn[verify]'\n"


# ------------------------------------------------------------------ several texts
def write(folder: Path, **texts: str) -> list[str]:
    for name, text in texts.items():
        (folder / f"{name}.cnn").write_text(text, encoding="utf-8")
    return [f"{name}.cnn" for name in texts]


def test_a_text_that_cannot_be_verified_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = write(
        tmp_path,
        syntax="input 1@; conv",
        empty="# nothing\n",
        configured="symbol N, M = 2\nconfig one: N = M*2\nconfig bad: N = 0\ninput N@9; conv 3 -> M",
        none="symbol a, b where a*a == 2*b*b\ninput a@b; relu",
        good="input 1@9; conv 3 -> N",
    )
    result = run("verify", *files, "missing.cnn", "--examples", "2", "--against", "oracle")
    assert result.exit_code == 2
    assert [line.partition(": ")[0] for line in result.stdout.splitlines() if line[0] != " "] == [
        "configured.cnn", "configured.cnn one", "good.cnn",
        "3 networks, 12 comparisons of a network with a way",
    ]  # fmt: skip
    assert result.stderr == (
        "syntax.cnn:1:9: error: expected an expression, found ';'\n"
        "  1 | input 1@; conv\n    |         ^\n"
        "empty.cnn: no network and no claim, so nothing to verify\n"
        "error: cannot read 'missing.cnn': no such file or directory\n"
        "configured.cnn bad: error: 'N' must be positive, not 0\n"
        "none.cnn: error: no values are found that meet all that is declared and needed\n"
        "  = hint: verify it with some of the symbols as numbers, or declare less\n"
    )


def test_a_folder_may_be_called_zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zoo").mkdir()
    write(tmp_path / "zoo", my="input 1@9; conv 3 -> N")
    result = run("verify", "zoo/my.cnn", "--examples", "2", "--against", "oracle")
    assert result.stdout.endswith("1 network, 4 comparisons of a network with a way: no disagreement\n")
    assert run("show", "zoo/my.cnn").exit_code == 0


def test_what_is_not_compared_does_not_agree() -> None:
    pytest.importorskip("numpy")
    told = run("verify", "-e", "symbol N; assert N*N >= N", "--against", "numpy").stdout
    assert told == (
        "<text>: nothing compared\n    0 layers\n"
        "    claims: 0 of 1 compared with the oracle (1 the oracle is not asked)\n"
        "1 network, 0 comparisons of a network with a way: no disagreement\n"
    )


def test_nothing_to_verify() -> None:
    result = run("verify")
    assert result.exit_code == 2 and "name a file, '-', a network of the zoo" in result.stderr


def test_a_random_program_that_disagrees(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Conv.biases
    measures.derive.cache_clear()
    monkeypatch.setattr(Conv, "biases", lambda layer, x, o: 2 * right(layer, x, o))
    arguments = ("verify", "--random", "6", "--against", "oracle")
    told, printed = run(*arguments), run(*arguments, "--json")
    measures.derive.cache_clear()
    assert (told.exit_code, printed.exit_code) == (1, 1)
    found = json.loads(printed.stdout)["disagreements"]
    assert found
    for failure in found:
        shown = failure["counterexample"]["text"]
        assert f"program {failure['program']} of seed 0:\n{shown}# " in told.stdout
    assert told.stdout.endswith(f"{len(found)} disagreement{'s' * (len(found) != 1)}\n")
