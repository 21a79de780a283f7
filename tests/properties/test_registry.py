"""Every property has a test that runs and a bug that it kills; every bug still fits the source."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest
from bank import bugs
from bank.bugs import Bug
from hypothesis import settings
from properties import registry
from properties.registry import ROOT, Property

BUGS = bugs.load()


def test_all_properties_are_listed() -> None:
    assert [each.number for each in registry.load()] == list(range(1, registry.COUNT + 1))


@pytest.mark.parametrize("each", registry.load(), ids=lambda each: str(each.number))
def test_a_property_has_tests_and_bugs(each: Property) -> None:
    assert each.tests or each.reason
    for test in each.tests:
        file, name = test.split("::")
        assert name in registry.functions(file), test
    assert registry.killed(each.number), "a property that kills no bug may say nothing"


def test_a_test_that_is_not_run_holds_nothing() -> None:
    assert "test_random_programs" in registry.functions("tests/verify/test_random_programs.py")
    node = ast.parse("@pytest.mark.slow\ndef test_long(): pass").body[0]
    assert isinstance(node, ast.FunctionDef) and registry._left_out(node)


def test_there_are_as_many_bugs_as_properties_and_more() -> None:
    assert len(BUGS) >= 60
    assert max(Counter(bug.name for bug in BUGS).values()) == 1
    # what differs from another bug is the change, not its name
    assert max(Counter((bug.file, bug.old, bug.new) for bug in BUGS).values()) == 1


def test_bugs_are_all_over_the_engine() -> None:
    parts = {"/".join(bug.file.split("/")[:2]) for bug in BUGS}
    wanted = {f"symcnn/{part}" for part in "layers algebra network verbs numeric language verify".split()}
    assert wanted <= parts


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_fits_the_source(bug: Bug) -> None:
    source = (ROOT / bug.file).read_text(encoding="utf-8")
    changed = bug.applied(source)
    assert changed != source
    if bug.file.endswith(".py"):
        ast.parse(changed)
    for test in bug.tests:
        file, _, name = test.partition("::")
        assert (ROOT / file).exists(), file
        assert not name or name.partition("[")[0] in registry.functions(file), test


def test_a_bug_that_does_not_fit_is_noticed() -> None:
    bug = Bug("twice", "example", 1, "a.py", "+ 1", "- 1", ())
    for text in ("a = 2\n", "a = 2 + 1 + 1\n"):
        with pytest.raises(bugs.DoesNotApply):
            bug.applied(text)
    assert bug.applied("a = 2 + 1\n") == "a = 2 - 1\n"


def test_the_page_has_the_tables() -> None:
    """`python tests/properties/registry.py` writes them."""
    page = registry.PAGE.read_text(encoding="utf-8")
    for name in registry.TABLES:
        assert page.count(f"<!-- {name} -->") == page.count(f"<!-- end of {name} -->") == 1
    assert registry.written(page) == page
    assert registry.written(page.replace("| 44 |", "| 45 |")) == page


def test_the_page_has_the_profiles() -> None:
    page = registry.PAGE.read_text(encoding="utf-8").partition("| profile |")[2].partition("\n\n")[0]
    said = re.findall(r"^\| `(\w+)` \| ([\d,]+) \|", page, re.MULTILINE)
    assert [name for name, _ in said] == ["dev", "ci", "nightly", "release", "bank"]
    for name, number in said:
        assert settings.get_profile(name).max_examples == int(number.replace(",", ""))
    assert settings.get_profile("long") == settings.get_profile("nightly")
