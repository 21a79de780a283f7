"""The profiles of Hypothesis that the tests run in, chosen as `SYMCNN_PROFILE=nightly pytest`."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, Phase, settings

# Examples of a test, and whether they are the same ones in every run. No deadline anywhere: on a shared
# machine it reports the neighbours, not the code. docs/evidence.md has the same numbers.
EXAMPLES = {"dev": 60, "ci": 100, "nightly": 5_000, "release": 20_000, "bank": 200}
THOROUGH = {"ci": 1_000}  # where a test that holds a property draws more than others
_SAME: dict[str, Any] = {"derandomize": True, "database": None}
_LONG: dict[str, Any] = {"suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
_OPTIONS: dict[str, dict[str, Any]] = {
    "dev": {},
    "ci": _SAME | _LONG,
    "nightly": _LONG,
    "release": _LONG,
    "bank": _SAME | _LONG | {"phases": [Phase.explicit, Phase.generate]},  # tests/bank: nothing is shrunk
}
for _name, _number in EXAMPLES.items():
    settings.register_profile(_name, max_examples=_number, deadline=None, **_OPTIONS[_name])
settings.register_profile("long", settings.get_profile("nightly"))  # its older name
CHOSEN = os.environ.get("SYMCNN_PROFILE") or ("ci" if os.environ.get("CI") else "dev")
settings.load_profile(CHOSEN)

MANY = THOROUGH.get(CHOSEN, EXAMPLES.get(CHOSEN, EXAMPLES["nightly"]))
thorough = settings(max_examples=MANY)  # for a test that holds a property
