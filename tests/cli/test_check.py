"""symcnn check: the golden file, and that the networks that come along keep their claims."""

from __future__ import annotations

import json

import pytest
from cli.console import Case, check, golden, run

from symcnn.catalogue import names


@pytest.mark.parametrize("case", golden("check"))
def test_golden(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("name", names())
def test_every_claim_of_the_zoo_is_true(name: str) -> None:
    result = run("check", name, "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert document["schema"] == "symcnn/check/1"
    counts = document["counts"]
    assert counts["proved"] + counts["holds"] == len(document["claims"]) > 0


def test_claims_of_a_net_block_name_it() -> None:
    document = json.loads(run("check", "million-pixels", "--json").stdout)
    assert {claim["network"] for claim in document["claims"]} == {
        "fully connected", "locally connected", "one shared filter", "a hundred filters",
    }  # fmt: skip
