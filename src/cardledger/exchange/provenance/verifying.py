"""Is a workbook what was written: its statement, its signature, its sheets, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cardledger.anchor import origin_of
from cardledger.errors import BadInput, BadValue
from cardledger.exchange.provenance.checks import EMPTY, Coder, SheetChecks
from cardledger.exchange.provenance.comparing import Comparison, Formulas, rows_of, shown
from cardledger.exchange.provenance.formulas import formulas_of
from cardledger.exchange.provenance.made import Statement
from cardledger.exchange.provenance.sheet import VALUE, Found, find
from cardledger.exchange.provenance.verdict import Alteration, WorkbookVerdict
from cardledger.exchange.reading.columns import letter_of
from cardledger.exchange.reading.files import RawFile, RawSheet, open_spreadsheet
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.tlog import NoteVerifier
from cardledger.verify import Remark
from cardledger.verify.notes import given_key

#: By which the package of a workbook says that we wrote it, whatever became of its sheets.
CREATOR: Final = "cardledger"
_CORE: Final = "docProps/core.xml"


class NotOurWorkbook(BadInput):
    """{file} is not a workbook that cardledger wrote."""

    default_hint = _("It has no sheet that says where it came from.")


#: Messages are docstrings' first lines, so that the extractor must be told of them.
MESSAGES: Final = (_("{file} is not a workbook that cardledger wrote."),)


def verify_workbook(file: Path, ledger: Ledger | None = None, key: str = "") -> WorkbookVerdict:
    """Look at a workbook; with the ledger at hand also at its signature and its place there.

    `key` is a public key that somebody kept: the workbook must be signed by it, and no ledger is
    needed to tell. Raises `UnreadableFile` where it is no spreadsheet, `NotOurWorkbook` where we
    did not write it, and `BadInput` where the key is none, or of another ledger.
    """
    raw = open_spreadsheet(file, file.name)
    found = find(raw)
    if found is None:
        if _we_wrote(file):
            missing = Remark(_("The sheet that says where the workbook came from is missing."), {})
            return WorkbookVerdict(str(file), problem=missing)
        raise NotOurWorkbook(file=file.name)
    statement = found.statement
    if statement is None:
        return WorkbookVerdict(str(file), problem=_altered(found))
    remarks: list[Remark] = []
    kept = given_key(key, origin_of(statement.facts["ledger"]))
    problem = _judge_statement(statement, ledger, kept, remarks)
    checks = found.checks()
    altered: tuple[Alteration, ...] = ()
    if checks is None:
        problem = problem or _altered(found)
    else:
        formulas = formulas_of(file)
        if formulas is None:
            remarks.append(Remark(_("Formulas can be looked for in .xlsx only."), {}))
        coder = Coder(bytes.fromhex(statement.facts["salt"]))
        altered = tuple(_alterations(raw, found, checks, coder, formulas or {}))
        problem = problem or _of_cells(altered)
    return WorkbookVerdict(
        str(file),
        statement.facts["ledger"] or None,
        statement.facts["position"],
        statement.facts["checkpoint"] or None,
        altered,
        problem,
        tuple(remarks),
    )


def _judge_statement(
    statement: Statement,
    ledger: Ledger | None,
    kept: NoteVerifier | None,
    remarks: list[Remark],
) -> Remark | None:
    """Return what is wrong with the statement; tell what could not be looked at."""
    facts = statement.facts
    if ledger is None and kept is None:
        remarks.append(
            Remark(_("There is no ledger here: the signature could not be checked."), {})
        )
        return None
    if ledger is not None and facts["ledger"] != ledger.id and kept is not None:
        # The key tells whose it is; the ledger that happens to lie here has no part in it.
        ledger = None
    if ledger is not None and facts["ledger"] != ledger.id:
        return Remark(
            _("The workbook is of another ledger, {other}; this one is {ledger}."),
            {"other": facts["ledger"] or "-", "ledger": ledger.id},
        )
    if not statement.signed:
        return Remark(
            _(
                "The workbook is not signed, it was made without the key store: anybody could have"
                " altered it."
            ),
            {},
        )
    if kept is not None and not statement.is_signed_by(kept):
        return Remark(_("The workbook is not signed by the key that was given."), {})
    if ledger is None:
        remarks.append(
            Remark(_("Its place in its ledger was not looked at: that ledger is not here."), {})
        )
        return None
    verifier = kept or ledger.anchor.verifier
    if verifier is None:
        remarks.append(Remark(_("The key store is away: the signature was not checked."), {}))
    elif not statement.is_signed_by(verifier):
        return Remark(_("The signature of the workbook is false."), {})
    return _judge_position(statement, ledger)


def _judge_position(statement: Statement, ledger: Ledger) -> Remark | None:
    position = statement.facts["position"]
    values = {"position": position, "size": ledger.log.size()}
    try:
        root = ledger.log.root(position).hex()
    except BadValue:
        return Remark(
            _("The workbook knows {position} lines of the ledger, which has {size} now."), values
        )
    if root != statement.facts["root"]:
        return Remark(
            _("The first {position} lines of the ledger are not those of the workbook."), values
        )
    return None


def _altered(found: Found) -> Remark:
    return Remark(
        _("The sheet “{sheet}”, which says where the workbook came from, was altered."),
        {"sheet": found.name},
    )


def _of_cells(altered: tuple[Alteration, ...]) -> Remark | None:
    if not altered:
        return None
    cells = sum(one.problem.startswith("cell") for one in altered)
    if cells == len(altered):
        return Remark(_("Cells altered since the workbook was written: {cells}."), {"cells": cells})
    return Remark(
        _(
            "Altered since the workbook was written: cells {cells}; rows, columns and sheets"
            " {others}."
        ),
        {"cells": cells, "others": len(altered) - cells},
    )


def _alterations(
    raw: RawFile,
    found: Found,
    checks: list[SheetChecks],
    coder: Coder,
    formulas: dict[str, Formulas],
) -> Iterator[Alteration]:
    here = {sheet.name: sheet for sheet in raw.sheets}
    own = checks[-1]
    strangers = [name for name in here if name not in {one.name for one in checks}]
    for one in checks:
        upto: int | None = None
        sheet = here.get(one.name)
        if one is own:
            # Below what people read stands the list itself, whose digest is signed.
            sheet, upto = here[found.name], found.first - 1
            yield from _beside_the_list(sheet, found)
        elif sheet is None:
            if all(code == EMPTY for code in one.codes):
                continue
            sheet = next((here[each] for each in strangers if _same(here[each], one, coder)), None)
            if sheet is None:
                yield Alteration(one.name, "", "sheet-removed")
                continue
        if sheet.name != one.name:
            yield Alteration(sheet.name, "", "sheet-renamed", was=one.name)
            strangers = [each for each in strangers if each != sheet.name]
        mine = formulas.get(sheet.name, {})
        yield from Comparison(one, sheet, coder, mine, upto).alterations()
    for name in strangers:
        yield Alteration(name, "", "sheet-inserted")


def _beside_the_list(sheet: RawSheet, found: Found) -> Iterator[Alteration]:
    """Yield what stands beside the statement and the list, where we wrote nothing."""
    for number, cells in sheet.rows():
        for place, cell in enumerate(cells, sheet.first):
            if number >= found.first and place != VALUE and cell not in (None, ""):
                name = f"{letter_of(place)}{number}"
                yield Alteration(found.name, name, "cell-altered", shown(cell))


def _same(sheet: RawSheet, checks: SheetChecks, coder: Coder) -> bool:
    """Whether a sheet of another name is the one that is missing, by half of its first rows."""
    before = [code for code in checks.codes[:20] if code != EMPTY]
    now = {coder.code(row) for row in rows_of(sheet, 40)}
    return 2 * sum(code in now for code in before) >= len(before)


def _we_wrote(file: Path) -> bool:
    import zipfile

    try:
        with zipfile.ZipFile(file) as package:
            return re.search(rf">\s*{CREATOR}\b".encode(), package.read(_CORE)) is not None
    except (zipfile.BadZipFile, KeyError):
        return False
