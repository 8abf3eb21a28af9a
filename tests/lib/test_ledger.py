"""The ledger reads verdicts back, and refuses what is missing, edited, stale, or says other than it found."""

import copy
import json

import pytest
from tests.lib.verdicts import a_finding, a_verdict

from symbiosis import tables
from symbiosis.lesson import digests
from symbiosis.lesson.claims import claims, relations
from symbiosis.lesson.ledger import (
    STAMP,
    LedgerError,
    Rules,
    code_digest,
    notebook_folder,
    read_entry,
    read_ledger,
    rejudge,
)
from symbiosis.lesson.rule import Design
from symbiosis.lesson.rule import Verdict as HowFar
from symbiosis.lesson.verdict import VERDICT_MIME, digest
from symbiosis.lesson.verdict_card import verdict_card

CLAIM = claims()[0]


def a_stored_verdict(claim=CLAIM):
    return a_verdict(
        claim, 1, -1,
        data={"long_run": {"columns": ["year"], "mark": tables.fingerprint("long_run", ["year"])}},
        library=digests.digests(["symbiosis.checks", "symbiosis.measures.inequality"]),
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
    verdict = a_stored_verdict()
    entry = read_entry(written(tmp_path, a_notebook(verdict)), CLAIM)
    assert entry.verdict == verdict
    assert entry.digest == verdict.as_record()["digest"]
    assert entry.verdict.judgement.verdict is HowFar.SPLITS


def test_what_a_reader_types_into_an_exercise_makes_nothing_stale(tmp_path):
    notebook = a_notebook(a_stored_verdict())
    notebook["cells"][2]["source"] = "answer_1 = 42"
    assert read_entry(written(tmp_path, notebook), CLAIM)


def record_of(notebook):
    return notebook["cells"][1]["outputs"][0]["data"][VERDICT_MIME]


def resealed(record):
    record["digest"] = digest(record)


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
    data["text/plain"] = data["text/plain"].replace("Splits", "Holds")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (drop_output, "it holds 0 computed verdicts"),
        (two_outputs, "it holds 2 computed verdicts"),
        (change_code, "its code has changed since it was executed"),
        (no_stamp, "its code has changed since it was executed"),
        (other_words, "its card says 'Verdict on claim 1: Holds; "),
        (edit(lambda r: r.update(conditions="everywhere")), "edited after it was computed"),
        (edit(lambda r: r["findings"][1].update(cases=0.0), seal=True), "its findings make"),
        (edit(lambda r: r.update(verdict="holds"), seal=True), "its verdict says .*, but its findings make"),
        (edit(lambda r: r.update(claim="emptying"), seal=True), "its verdict is on 'emptying'"),
        (edit(lambda r: r["data"]["long_run"].update(mark="0" * 64), seal=True), "stale: long_run changed since"),
        (edit(lambda r: r["data"]["long_run"].update(columns=["yeer"]), seal=True), "stale: long_run changed since"),
        (edit(lambda r: r.update(declaration="0"), seal=True), "the claim is declared otherwise now"),
        (edit(lambda r: r.update(library={}), seal=True), "it names no module of the library"),
        (
            edit(lambda r: r["library"].update({"symbiosis.checks": "0"}), seal=True),
            r"changed since \(symbiosis.checks\)",
        ),
        (edit(lambda r: r["library"].update({"symbiosis.gone": "0"}), seal=True), r"changed since \(symbiosis.gone\)"),
        (edit(lambda r: r.update(data={}), seal=True), "it names no table"),
        (edit(lambda r: r["findings"][0].pop("value"), seal=True), "its verdict is damaged"),
        (edit(lambda r: r["findings"][0].update(design="hearsay"), seal=True), "its verdict is damaged"),
        (edit(lambda r: r["data"].update(nothing="0"), seal=True), "its verdict is damaged"),
        (edit(lambda r: r.pop("library"), seal=True), "its verdict is damaged"),
    ],
)
def test_what_cannot_be_trusted_is_refused(tmp_path, damage, words):
    notebook = copy.deepcopy(a_notebook(a_stored_verdict()))
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
    first, second, third = claims()[:3]
    written(tmp_path, a_notebook(a_stored_verdict(second)), second)
    with pytest.raises(LedgerError) as caught:
        read_ledger(tmp_path, [first, second, third])
    lines = str(caught.value).splitlines()
    assert lines[0] == "2 of the verdicts cannot be used:"
    assert [line[: line.index(":")] for line in lines[1:]] == [
        f"claim {c.number}, {c.notebook}.ipynb" for c in (first, third)
    ]


def test_every_claim_has_a_computed_verdict_that_says_what_it_found():
    entries = read_ledger()
    assert [e.claim.key for e in entries] == [c.key for c in claims()]
    assert notebook_folder().name == "notebooks"


def test_other_rules_judge_otherwise():
    verdicts = [a_verdict(claim) for claim in claims()]
    assert {j.verdict for j in rejudge(verdicts, Rules()).values()} == {HowFar.HOLDS}
    counts = rejudge(verdicts, Rules(designs=frozenset({Design.COUNT})))
    assert {j.verdict for j in counts.values()} == {HowFar.NOT_SHOWN}
    first = verdicts[0].findings[0].name
    left = rejudge(verdicts, Rules(without=frozenset({("only_way", first)})))
    assert left["only_way"].verdict is HowFar.LEANS_FOR
    assert {j.verdict for key, j in left.items() if key != "only_way"} == {HowFar.HOLDS}, "another claim lost it too"
    strict = rejudge(verdicts, Rules(scale=4.0))
    assert HowFar.HOLDS not in {j.verdict for j in strict.values()}


def test_a_claim_that_requires_another_is_at_most_as_sure():
    """Symbiosis requires the four modernizations: the only relation of its kind."""
    requires = [(r.source, r.target) for r in relations() if r.kind == "requires"]
    assert requires == [("four_modernizations", "symbiosis")]
    by_key = {c.key: c for c in claims()}
    sure = [a_finding(p, 1, design=Design.QUASI_EXPERIMENT) for p in by_key["symbiosis"].parts if p.counts]
    verdicts = [a_verdict(by_key["symbiosis"], findings=tuple(sure)), a_verdict(by_key["four_modernizations"])]
    assert rejudge(verdicts, Rules())["symbiosis"].sure_cause == 4
    assert rejudge(verdicts, Rules(inherited=True))["symbiosis"].sure_cause == 2


def test_the_stored_verdicts_stand_under_our_own_rule():
    entries = read_ledger()
    judged = rejudge([e.verdict for e in entries], Rules())
    assert all(judged[e.claim.key].verdict is e.verdict.judgement.verdict for e in entries)
