"""The files of a district: JSON lines, workbooks, the truth."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, TextIO

from scripts.district import workbooks
from scripts.district.desk import Desk, finding_json, subject_text
from scripts.district.model import Entry, Pupil, Row, School
from scripts.district.numbers import CHECK_DIGIT
from scripts.district.terms import Term, end_of, text_of

#: Rows above the first act in the workbook of each kind: heading and header, or header.
ROWS_ABOVE: Final = {"roster": 2, "cards": 1, "actions": 1}
#: What a reader of the truth has to know.
ABOUT: Final = (
    "Every row that no entry names is recorded, contests nothing and is written when it happens. "
    "A row is written at the largest moment of all rows of the district's file up to it, unless "
    "`backdated` says when. `findings` is all that an audit finds at the moment `as_of`, with the "
    "check digit's algorithm named by the policy; the first subject is what a finding is about."
)


class Files:
    """Writes the files of a district below one folder."""

    def __init__(self, folder: Path, *, with_workbooks: bool) -> None:
        self._folder = folder
        self._workbooks = with_workbooks
        self.backdated: list[dict[str, Any]] = []

    def roster(self, school: School, term: Term, pupils: Iterable[Pupil]) -> None:
        """Write a school's roster of the first day of a term."""
        if self._workbooks:
            folder = self._school(school)
            workbooks.save_roster(folder, school, term, pupils)

    def schools(self, desk: Desk) -> None:
        """Write the rows by which the ledger gets to know the schools."""
        lines = [
            {"action": "school-add", "code": school.code, "name": school.name}
            for school in desk.schools
        ]
        with self._open(self._folder / "schools.jsonl") as file:
            file.writelines(line_of(line) for line in lines)

    def term(self, desk: Desk) -> None:
        """Write all rows of a term in the order in which they are written down."""
        rows = sorted(desk.rows, key=lambda row: (row.written, row.order))
        by_file: dict[str, list[Row]] = {}
        for school in desk.schools:
            self._school(school)
            for place in ("roster", "actions"):
                by_file[f"{school.code}/{place}-{desk.term.name}.jsonl"] = []
        with self._open(self._folder / f"district-{desk.term.name}.jsonl") as file:
            for place_in_all, row in enumerate(rows, 1):
                row.district_line = place_in_all
                file.write(line_of(row.fields))
                by_file.setdefault(row.file, []).append(row)
        for name, part in by_file.items():
            with self._open(self._folder / name) as file:
                for place_in_file, row in enumerate(part, 1):
                    row.line = place_in_file
                    file.write(line_of(row.fields))
            if self._workbooks and part:
                self._workbook(desk.term, part)
        self.backdated += [_backdated(row) for row in rows if row.written != row.at]

    def truth(
        self, desk: Desk, options: dict[str, Any], counts: list[Any], left: list[str]
    ) -> None:
        """Write what is true of the district on the last day."""
        entries = [_entry(entry, f"T{place:04}") for place, entry in enumerate(desk.entries, 1)]
        findings = [
            finding | {"entry": entry["id"]}
            for entry in entries
            for finding in [entry["finding"], *entry["implies"]]
            if finding is not None
        ]
        truth = {
            "about": ABOUT,
            "options": options,
            "as_of": text_of(end_of(desk.terms[-1].last)),
            "policy": {"check_digit": CHECK_DIGIT},
            "schools": [_school_json(school) for school in desk.schools],
            "terms": [
                {"term": term.name, "window": [day.isoformat() for day in term.window]}
                for term in desk.terms
            ],
            "planted": entries,
            "findings": findings,
            "not_planted": left,
            "backdated": self.backdated,
            "counts": counts,
        }
        with self._open(self._folder / "truth.json") as file:
            json.dump(truth, file, ensure_ascii=False, indent=1)
            file.write("\n")

    def _workbook(self, term: Term, part: list[Row]) -> None:
        row = part[0]
        folder = self._folder / row.school.code
        if row.place == "cards":
            workbooks.save_cards(folder, part)
        elif row.place == "actions":
            workbooks.save_actions(folder, term, part, row.school)

    def _school(self, school: School) -> Path:
        folder = self._folder / school.code
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @staticmethod
    def _open(path: Path) -> TextIO:
        return path.open("w", encoding="utf-8", newline="\n")


def line_of(fields: dict[str, Any]) -> str:
    """Return a row as a line of JSON."""
    return json.dumps(fields, ensure_ascii=False) + "\n"


def _school_json(school: School) -> dict[str, Any]:
    return {"code": school.code, "name": school.name, "levels": list(school.levels)}


def _place_of(row: Row) -> dict[str, Any]:
    """Return where a row stands: in the school's files, and in the district's."""
    return {
        "file": row.file,
        "row": row.line,
        "workbook": row.file.removesuffix("jsonl") + "xlsx",
        "sheet_row": row.line + ROWS_ABOVE[row.place],
        "district_file": f"district-{row.term.name}.jsonl",
        "district_row": row.district_line,
    }


def _backdated(row: Row) -> dict[str, Any]:
    return {
        "file": row.file,
        "row": row.line,
        "district_file": f"district-{row.term.name}.jsonl",
        "district_row": row.district_line,
        "at": text_of(row.at),
        "written": text_of(row.written),
    }


def _entry(entry: Entry, name: str) -> dict[str, Any]:
    return {
        "id": name,
        "kind": entry.kind,
        "school": entry.school.code,
        "term": entry.term.name,
        "says": entry.says,
        "subjects": [subject_text(subject) for subject in entry.subjects],
        "rows": [
            _place_of(row) | {"outcome": row.expect.outcome, "codes": list(row.expect.codes)}
            for row in entry.rows
        ],
        "finding": finding_json(entry.finding) if entry.finding else None,
        "implies": [finding_json(finding) for finding in entry.implies],
    }
