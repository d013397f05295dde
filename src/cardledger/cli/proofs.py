"""`checkpoint`, `prove`, `verify-proof`, `export tiles`: evidence that leaves the house."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from cardledger.cli.base import Argument, Command, Option
from cardledger.cli.edge import BROKEN, DONE, note, reason_of, symbol
from cardledger.cli.output import Output, one_object, replaced
from cardledger.cli.settings import settings
from cardledger.cli.speech import listed, say, translate
from cardledger.cli.whole import STDIN, whole
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.evidence import BadProof, Bundle, Checked

#: Bytes of a proof: the lines of one subject and a path for each; a school's year has a few MB.
PROOF_LIMIT: Final = 100 << 20
#: Bytes of a checkpoint with all its signatures.
NOTE_LIMIT: Final = 1_000_000


def note_in(file: str | None) -> str:
    """Return the text of a checkpoint's file; empty where none is named."""
    # Bytes that are no text make no checkpoint either, and whoever reads it says so.
    return whole(file, NOTE_LIMIT).decode(errors="replace") if file else ""


def _since() -> click.Parameter:
    return Option(
        ["--since"],
        metavar=_("FILE"),
        help=_("An older checkpoint: prove that the log grew from it, and nothing was rewritten"),
    )


# checkpoint


def _checkpoint(key: bool, since: str | None, **shape: Any) -> int:
    from cardledger.evidence import growth, published_key

    answer = Output.of(**shape)
    if key and since:
        raise click.UsageError(say(_("--key and --since exclude each other.")))
    old = note_in(since)
    with settings().opened() as ledger:
        if since:
            answer.write_bytes([growth(ledger, old, since).to_bytes()])
            return DONE
        text = published_key(ledger) if key else ledger.log.checkpoint()
    if answer.format == "json":
        answer.write_object({"key" if key else "checkpoint": text}, ())
    else:
        # The signed note, byte for byte; a key is a line of its own.
        answer.write_bytes([f"{text}\n".encode() if key else (text or "").encode()])
    return DONE


checkpoint: Final = Command(
    "checkpoint",
    params=[
        Option(
            ["--key"],
            is_flag=True,
            help=_("Print the public key with which others check what this ledger signs"),
        ),
        _since(),
        *one_object(),
    ],
    callback=_checkpoint,
    help="\n\n".join(
        (
            _("Print the latest signed checkpoint: how many lines, and the root over them."),
            _("Keep it elsewhere: nobody can shorten or change the ledger behind it unseen."),
        )
    ),
)


# prove


def _prove(what: str, since: str | None, output: str | None, with_verifier: bool) -> int:
    from cardledger.evidence import VERIFIER_NAME, prove, verifier_source
    from cardledger.trace import subject_of

    if with_verifier and not output:
        raise click.UsageError(say(_("--with-verifier needs --output FILE: it is put beside it.")))
    answer = Output.of(output=output)
    old = note_in(since)
    with settings().opened() as ledger:
        bundle = prove(ledger, what, since=old, since_place=since or "", find=subject_of)
    answer.write_bytes([bundle.to_bytes()])
    if output and with_verifier:
        beside = Path(output).with_name(VERIFIER_NAME)
        with replaced(beside) as stream:
            stream.write(verifier_source())
        note(say(_("Written: {file}"), file=beside))
    _tell_proved(bundle)
    return DONE


def _tell_proved(bundle: Bundle) -> None:
    note(say(_("Lines proved: {count}."), count=len(bundle.lines)))
    if bundle.subject:
        note(
            say(
                _(
                    "It proves that these lines about {subject} are in the log. That they are all"
                    " is signed, not proved: a line that is missing would convict who signed."
                ),
                subject=bundle.subject,
            )
        )
    note(say(_("Checked with: cardledger verify-proof FILE --key {key}"), key=bundle.key))


prove: Final = Command(
    "prove",
    params=[
        Argument(
            ["what"],
            metavar=_("WHAT"),
            help=_(
                "Card number, UID, student number, pupil's id or whole name, or box, as in trace;"
                " or a position, @12 or @12-20"
            ),
        ),
        _since(),
        Option(["--output"], metavar=_("FILE"), help=_("Write the proof into a file")),
        Option(
            ["--with-verifier"],
            is_flag=True,
            help=_("Put beside it a program that checks it and needs nothing but Python"),
        ),
    ],
    callback=_prove,
    help="\n\n".join(
        (
            _("Write one file that proves lines to be in the log, to be checked without it."),
            _(
                "It holds the lines byte for byte, an inclusion proof for each, the signed"
                " checkpoint and the public key. Names stay sealed in it."
            ),
        )
    ),
)


# verify-proof


def _verify_proof(
    file: str, key: str | None, checkpoint: str | None, lines: bool, **shape: Any
) -> int:
    from cardledger.evidence import BadProof, check

    answer = Output.of(**shape)
    if file == checkpoint == STDIN:
        raise click.UsageError(say(_("Only one of both can come from stdin.")))
    data, kept = whole(file, PROOF_LIMIT), note_in(checkpoint)
    try:
        checked = check(
            data, key=(key or "").strip(), kept=kept, place=file, kept_place=checkpoint or ""
        )
    except BadProof as bad:
        answer.write_object(_bad_json(bad), _tell_bad(bad))
        return BROKEN
    texts = [
        {"position": position, "line": content.decode(errors="backslashreplace")}
        for position, content in (checked.lines if lines else ())
    ]
    found = checked.as_json(translate) | ({"lines": texts} if lines else {})
    told = (f"{one['position']}  {one['line']}" for one in texts)
    answer.write_object(found, chain(_tell_good(checked), told))
    return DONE


def _bad_json(bad: BadProof) -> dict[str, object]:
    return {
        "ok": False,
        "code": bad.code,
        "position": bad.position,
        "problem": _problem(bad),
    }


def _problem(bad: BadProof) -> str:
    """Return what is wrong; a reason of our own is translated too."""
    values = dict(bad.values)
    if "reason" in values:
        values["reason"] = reason_of(values["reason"])
    return say(bad.template, **values)


def _tell_bad(bad: BadProof) -> Iterator[str]:
    sign = click.style(symbol("✗", "x", sys.stdout), fg="red")
    yield say(_("{sign} It does not hold: {problem}"), sign=sign, problem=_problem(bad))


def _tell_good(checked: Checked) -> Iterator[str]:
    sign = click.style(symbol("✓", "+", sys.stdout), fg="green")
    yield say(_("{sign} It holds."), sign=sign)
    told = [
        say(
            _("Log: {origin}, {size} lines, root {root}"),
            origin=checked.origin,
            size=checked.size,
            root=checked.root,
        )
    ]
    if checked.lines:
        positions = [position for position, _content in checked.lines]
        told.append(say(_("Lines in it, byte for byte: {lines}"), lines=listed(positions)))
    if checked.subject:
        told.append(say(_("They are about: {subject}"), subject=checked.subject))
    if checked.since is not None:
        template = _("The log grew from {since} lines, and none of those was changed.")
        told.append(say(template, since=checked.since))
    told.append(say(_("Key: {key}"), key=checked.key))
    told += [
        say(_("Not proved: {what}"), what=checked.told(one, translate)) for one in checked.remarks
    ]
    for line in told:
        yield f"  {line}"


verify_proof: Final = Command(
    "verify-proof",
    params=[
        Argument(["file"], metavar=_("FILE"), help=_("What prove wrote; - is stdin")),
        Option(
            ["--key"],
            metavar=_("KEY"),
            help=_("The public key that the office publishes, from checkpoint --key"),
        ),
        Option(
            ["--checkpoint"],
            metavar=_("FILE"),
            help=_("A checkpoint that you keep: it must be of the same history"),
        ),
        Option(["--lines"], is_flag=True, help=_("Show the lines themselves, as recorded")),
        *one_object(),
    ],
    callback=_verify_proof,
    help="\n\n".join(
        (
            _("Check a proof, without any ledger."),
            _(
                "Exit status 5 where it does not hold, 2 where it is no proof, or is compared with"
                " what belongs to another ledger."
            ),
        )
    ),
)


# Files for others


def _tiles(folder: str) -> int:
    from cardledger.evidence import export_tiles

    with settings().opened() as ledger:
        written = export_tiles(ledger, Path(folder))
    if written.too_long:
        note(
            say(
                _(
                    "Lines that are longer than the format allows, whose bundles are left out;"
                    " their hashes are in the tiles: {lines}"
                ),
                lines=listed(written.too_long),
            )
        )
    click.echo(
        say(
            _("Written into {folder}: {files} files, {size} lines."),
            folder=folder,
            files=written.files,
            size=written.size,
        )
    )
    return DONE


tiles: Final = Command(
    "tiles",
    params=[
        Argument(["folder"], metavar=_("FOLDER"), help=_("A folder that is not there yet")),
    ],
    callback=_tiles,
    help=_(
        "The whole log as files after c2sp.org/tlog-tiles, so that programs of others can check it."
    ),
)


def _verifier(output: str | None) -> int:
    from cardledger.evidence import verifier_source

    Output.of(output=output).write_bytes([verifier_source()])
    return DONE


verifier: Final = Command(
    "verifier",
    params=[Option(["--output"], metavar=_("FILE"), help=_("Write the program into a file"))],
    callback=_verifier,
    help=_("The program that checks proofs and needs nothing but Python, in one file."),
)
