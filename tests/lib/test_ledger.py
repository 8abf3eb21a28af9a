"""The ledger reads verdicts back, and refuses what is missing, edited, stale, or says other than it found."""

import copy
import json

import pytest
from symbiosis.lesson.argument import VERDICT_MIME, Category, Evidence, Finding, Role, judge

from symbiosis import tables
from symbiosis.lesson import argument, library
from symbiosis.lesson.cards import verdict_card
from symbiosis.lesson.ledger import (
    STAMP,
    LedgerError,
    Rules,
    code_digest,
    counted,
    notebook_folder,
    read_entry,
    read_ledger,
    rejudge,
)

CLAIM = argument.claims()[0]


def a_verdict(claim=CLAIM, *, literal=False):
    findings = [
        Finding("core", "It holds in 9 of 10.", True, evidence=Evidence.DESCRIPTIVE),
        Finding("model", "It holds in the model.", True, evidence=Evidence.MODEL),
        Finding("check", "It survives.", False, Role.ROBUSTNESS, Evidence.MODEL),
        Finding("words", "Always.", literal, Role.LITERAL),
    ]
    return judge(
        claim, findings, conditions="where", counter_example="but", would_change_our_mind="if",
        data={"long_run": {"columns": ["year"], "mark": tables.fingerprint("long_run", ["year"])}},
        library=library.digests(["symbiosis.checks", "symbiosis.measures.inequality"]),
    )  # fmt: skip


def a_notebook(verdict):
    output = {
        "output_type": "display_data", "metadata": {},
        "data": {"text/plain": verdict_card(verdict).text, VERDICT_MIME: verdict.as_record()},
    }  # fmt: skip
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# Title"},
        {"cell_type": "code", "metadata": {"tags": ["verdict"]}, "source": ["judge(\n", ")"], "outputs": [output]},
        {"cell_type": "code", "metadata": {"tags": ["exercise"]}, "source": "answer_1 = None", "outputs": []},
    ]
    return {"cells": cells, "metadata": {STAMP: {"code": code_digest(cells)}}}


def written(folder, notebook, claim=CLAIM):
    path = folder / f"{claim.notebook}.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def test_a_verdict_comes_back_as_it_was_computed(tmp_path):
    verdict = a_verdict()
    entry = read_entry(written(tmp_path, a_notebook(verdict)), CLAIM)
    assert entry.verdict == verdict
    assert entry.digest == verdict.as_record()["digest"]
    assert entry.verdict.category is Category.CONDITIONAL


def test_what_a_reader_types_into_an_exercise_makes_nothing_stale(tmp_path):
    notebook = a_notebook(a_verdict())
    notebook["cells"][2]["source"] = "answer_1 = 42"
    assert read_entry(written(tmp_path, notebook), CLAIM)


def record_of(notebook):
    return notebook["cells"][1]["outputs"][0]["data"][VERDICT_MIME]


def resealed(record):
    record["digest"] = argument.digest(record)


def edit(change, *, seal=False):
    def apply(notebook):
        change(record_of(notebook))
        if seal:
            resealed(record_of(notebook))

    return apply


def drop_output(notebook):
    notebook["cells"][1]["outputs"] = []


def two_outputs(notebook):
    notebook["cells"][1]["outputs"] *= 2


def change_code(notebook):
    notebook["cells"][1]["source"] = "judge()"


def no_stamp(notebook):
    del notebook["metadata"][STAMP]


def other_words(notebook):
    data = notebook["cells"][1]["outputs"][0]["data"]
    data["text/plain"] = data["text/plain"].replace("Supported with conditions", "Supported")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (drop_output, "it holds 0 computed verdicts"),
        (two_outputs, "it holds 2 computed verdicts"),
        (change_code, "its code has changed since it was executed"),
        (no_stamp, "its code has changed since it was executed"),
        (other_words, "its card says 'Verdict on claim 1: Supported; not as worded'"),
        (edit(lambda r: r.update(conditions="everywhere")), "edited after it was computed"),
        (edit(lambda r: r["findings"][0].update(holds=False), seal=True), "its findings make 'contested'"),
        (edit(lambda r: r.update(category="supported"), seal=True), "says 'supported', but its findings make"),
        (edit(lambda r: r.update(claim="emptying"), seal=True), "its verdict is on 'emptying'"),
        (edit(lambda r: r["data"]["long_run"].update(mark="0" * 64), seal=True), "stale: long_run changed since"),
        (edit(lambda r: r["data"]["long_run"].update(columns=["yeer"]), seal=True), "stale: long_run changed since"),
        (edit(lambda r: r.update(wording="0"), seal=True), "the claim is worded otherwise now"),
        (edit(lambda r: r.update(library={}), seal=True), "it names no module of the library"),
        (
            edit(lambda r: r["library"].update({"symbiosis.checks": "0"}), seal=True),
            r"changed since \(symbiosis.checks\)",
        ),
        (edit(lambda r: r["library"].update({"symbiosis.gone": "0"}), seal=True), r"changed since \(symbiosis.gone\)"),
        (edit(lambda r: r.update(data={}), seal=True), "it names no table"),
        (edit(lambda r: r["findings"][0].pop("holds"), seal=True), "its verdict is damaged"),
        (edit(lambda r: r["findings"][0].update(evidence="hearsay"), seal=True), "its verdict is damaged"),
        (edit(lambda r: r["data"].update(nothing="0"), seal=True), "its verdict is damaged"),
        (edit(lambda r: r.pop("library"), seal=True), "its verdict is damaged"),
    ],
)
def test_what_cannot_be_trusted_is_refused(tmp_path, damage, words):
    notebook = copy.deepcopy(a_notebook(a_verdict()))
    damage(notebook)
    with pytest.raises(LedgerError, match=words):
        read_entry(written(tmp_path, notebook), CLAIM)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": [{"cell_type": "code"}]}', "\x00"])
def test_garbage_is_no_notebook(tmp_path, content):
    path = tmp_path / "x.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(LedgerError, match="no readable notebook"):
        read_entry(path, CLAIM)


def test_everything_wrong_is_listed_at_once(tmp_path):
    first, second, third = argument.claims()[:3]
    written(tmp_path, a_notebook(a_verdict(second)), second)
    with pytest.raises(LedgerError) as caught:
        read_ledger(tmp_path, [first, second, third])
    lines = str(caught.value).splitlines()
    assert lines[0] == "2 of the verdicts cannot be used:"
    assert [line[: line.index(":")] for line in lines[1:]] == [
        f"claim {c.number}, {c.notebook}.ipynb" for c in (first, third)
    ]


def test_every_claim_has_a_computed_verdict_that_says_what_it_found():
    entries = read_ledger()
    assert [e.claim.key for e in entries] == [c.key for c in argument.claims()]
    assert notebook_folder().name == "notebooks"


def test_other_rules_judge_otherwise():
    verdict = a_verdict()
    assert rejudge(verdict, Rules()) == verdict
    without_models = rejudge(verdict, Rules(evidence=frozenset({Evidence.DESCRIPTIVE})))
    assert without_models.category is Category.SUPPORTED
    assert rejudge(verdict, Rules(checks_decide=True)).category is Category.CONTESTED
    assert rejudge(verdict, Rules(wording_decides=True)).category is Category.CONTESTED
    nothing = rejudge(verdict, Rules(evidence=frozenset({Evidence.QUASI_EXPERIMENTAL})))
    assert nothing.category is Category.NOT_TESTABLE


def test_a_lenient_judge_lets_some_core_findings_fail():
    findings = [Finding(f"core {k}", "Found.", k == 0) for k in range(3)]
    words = {"conditions": "where", "counter_example": "but", "would_change_our_mind": "if"}
    verdict = judge(CLAIM, findings, **words, data={"long_run": {"columns": ["year"], "mark": "0"}})
    found = [rejudge(verdict, Rules(core_may_fail=k)).category for k in range(3)]
    assert found == [Category.CONTESTED, Category.CONTESTED, Category.CONDITIONAL]
    nothing = judge(CLAIM, findings[1:], **words, data={"long_run": {"columns": ["year"], "mark": "0"}})
    assert rejudge(nothing, Rules(core_may_fail=3)).category is Category.CONTESTED


def test_stricter_rules_are_never_kinder():
    kind = {Category.SUPPORTED: 2, Category.CONDITIONAL: 1, Category.CONTESTED: 0}
    for entry in read_ledger():
        for rules in (Rules(checks_decide=True), Rules(wording_decides=True)):
            before, after = (kind.get(v.category, 0) for v in (entry.verdict, rejudge(entry.verdict, rules)))
            assert after <= before or after == 2


def test_categories_are_counted():
    found = counted([Category.CONTESTED, Category.SUPPORTED, Category.CONTESTED])
    assert found == {
        Category.SUPPORTED: 1, Category.CONDITIONAL: 0, Category.CONTESTED: 2, Category.NOT_TESTABLE: 0,
    }  # fmt: skip
