"""JSON with line numbers agrees with the standard library and stays within its bounds."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netaudit.parsers.json_tree import MAX_DEPTH, JsonArray, JsonObject, read_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
DOCUMENTS = st.lists(VALUES, max_size=4) | st.dictionaries(st.text(), VALUES, max_size=4)


@given(document=DOCUMENTS, indent=st.sampled_from([None, 0, 2]), plain=st.booleans())
def test_values_are_those_of_the_standard_library(document: object, indent: int | None, plain: bool) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=plain)
    found = read_json(text.split("\n"))
    assert found.problem is None
    expected = json.loads(json.dumps(document).encode("utf-8", "replace"))
    assert [expected] == list(found.documents)


@given(text=st.text(alphabet='{}[]",:01e-. \n\\utrnfalse'))
def test_any_text_is_read_or_refused_like_by_the_standard_library(text: str) -> None:
    found = read_json(text.split("\n"))
    try:
        expected = json.loads(text)
    except ValueError:
        assert found.problem is not None or len(found.documents) != 1
        return
    if isinstance(expected, dict | list):
        assert (found.problem, list(found.documents)) == (None, [expected])
    else:
        assert found.problem is not None


def test_every_key_item_and_bracket_knows_its_line() -> None:
    text = '{\n "rules": [\n  {"name": "one",\n   "ports": [1,\n    2]\n  },\n  7\n ],\n "total": 1\n}\n'
    (document,) = read_json(text.split("\n")).documents
    assert isinstance(document, JsonObject)
    assert [(key, line, end) for key, _, line, end in document.fields()] == [("rules", 2, 8), ("total", 9, 9)]
    rules = document["rules"]
    assert isinstance(rules, JsonArray)
    assert rules.item_lines == [3, 7]
    (rule,) = document.objects("rules")
    assert (rule.line, rule.end_line, rule.line_of("ports")) == (3, 6, 4)
    assert (document.line, document.end_line) == (1, 10)


def test_pages_written_behind_each_other_are_documents() -> None:
    found = read_json(['{"from": 1}', '{"from": 2}'])
    assert [one.line for one in found.documents] == [1, 2]


def test_of_a_key_that_stands_twice_the_last_counts() -> None:
    (document,) = read_json(['{"a": 1,', ' "b": 2,', ' "a": 3}']).documents
    assert isinstance(document, JsonObject)
    assert document == {"a": 3, "b": 2}
    assert document.line_of("a") == 3


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('{"a": 1,\n "b" 2}', 2, "expected a member"),
        ('{"a": 1\n "b": 2}', 2, 'expected "," or "}"'),
        ("[1,\n\n 2", 3, "the text ends"),
        ('{"a": [1}', 1, 'expected "," or "]"'),
        ('["hunter2\n"]', 1, "expected a value"),
        ('[\n"\\x"]', 2, "escape"),
        ("[" * (MAX_DEPTH + 1), 1, "nested deeper"),
        ("[" + "9" * 5000 + "]", 1, "too many digits"),
        ("[NaN]", 1, "expected a value"),
        ("{} trailing", 1, "expected an object or an array"),
    ],
)
def test_malformed_text_is_told_with_its_line_and_without_its_words(text: str, line: int, message: str) -> None:
    problem = read_json(text.split("\n")).problem
    assert problem is not None
    assert problem.line == line
    assert message in problem.message
    assert "hunter2" not in str(problem)
