from __future__ import annotations

import pytest
from cli.console import Case, check, golden


@pytest.mark.parametrize("case", golden("layers"))
def test_golden(case: Case) -> None:
    check(case)
