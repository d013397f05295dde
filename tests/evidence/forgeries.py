"""Forged proofs, each with the code under which it is refused."""

from __future__ import annotations

import base64
import hashlib
import json

from cardledger.evidence import Claim
from cardledger.tlog import Checkpoint, NoteSigner, sign_note
from tests.evidence.forging import CARD, FORGED, Forger, Rows, edited, file_of, forged, sealed

__all__ = ["FORGED"]

# Files that are no proof, or not whole


@forged("unreadable")
def nothing(_forger: Forger) -> bytes:
    return b""


@forged("unreadable")
def a_workbook(_forger: Forger) -> bytes:
    return b"PK\x03\x04 and so on\n"


@forged("unreadable")
def a_checkpoint(forger: Forger) -> bytes:
    return forger.note.encode()


@forged("cut-off")
def only_the_first_line(forger: Forger) -> bytes:
    return forger.good[: forger.good.index(b"\n") + 1]


@forged("cut-off")
def without_the_last_line(forger: Forger) -> bytes:
    return forger.good[: forger.good.rindex(b"\n", 0, -1) + 1]


@forged("cut-off")
def cut_in_the_middle(forger: Forger) -> bytes:
    return forger.good[: len(forger.good) // 2]


@forged("cut-off")
def without_the_last_newline(forger: Forger) -> bytes:
    return forger.good[:-1]


@forged("cut-off")
def something_behind_it(forger: Forger) -> bytes:
    return forger.good + b"\n"


@forged("damaged")
def a_flipped_bit(forger: Forger) -> bytes:
    at = forger.good.index(b"index")
    return forger.good[:at] + b"I" + forger.good[at + 1 :]


@forged("damaged")
def a_line_taken_out(forger: Forger) -> bytes:
    lines = forger.good.splitlines(keepends=True)
    return b"".join(lines[:3] + lines[4:])


@forged("damaged")
def carriage_returns(forger: Forger) -> bytes:
    return forger.good.replace(b"\n", b"\r\n", 1)


# Another form


@forged("malformed")
def a_space_more(forger: Forger) -> bytes:
    body = forger.good[: forger.good.rindex(b"\n", 0, -1) + 1]
    return sealed(body.replace(b'{"line":', b'{"line": ', 1))


@forged("malformed")
def a_field_twice(forger: Forger) -> bytes:
    body = forger.good[: forger.good.rindex(b"\n", 0, -1) + 1]
    return sealed(body.replace(b'{"line":', b'{"line":"nice","line":', 1))


@forged("malformed")
def bytes_that_are_no_text(forger: Forger) -> bytes:
    body = forger.good[: forger.good.rindex(b"\n", 0, -1) + 1]
    return sealed(body + b"\xff\xfe\n")


@forged("malformed")
def a_number_for_a_text(forger: Forger) -> bytes:
    return edited(forger, lambda rows: rows[3].update(line=7))


@forged("malformed")
def a_list_for_an_object(forger: Forger) -> bytes:
    body = forger.good[: forger.good.rindex(b"\n", 0, -1) + 1]
    return sealed(body + b"[]\n")


@forged("malformed")
def brackets_without_end(forger: Forger) -> bytes:
    body = forger.good[: forger.good.rindex(b"\n", 0, -1) + 1]
    return sealed(body + b"[" * 100_000 + b"\n")


@forged("malformed")
def an_unknown_kind_of_line(forger: Forger) -> bytes:
    return edited(forger, lambda rows: rows.append({"note": "trust me", "proof": "yes"}))


@forged("malformed")
def a_later_version(forger: Forger) -> bytes:
    return edited(forger, lambda rows: rows[0].update(cardledger="proof/2"))


@forged("malformed")
def the_head_alone_is_missing(forger: Forger) -> bytes:
    return edited(forger, lambda rows: rows.pop(0))


@forged("malformed")
def a_line_twice(forger: Forger) -> bytes:
    return edited(forger, lambda rows: rows.append(rows[-1]))


@forged("malformed")
def lines_in_another_order(forger: Forger) -> bytes:
    return edited(forger, lambda rows: rows.append(rows.pop(3)))


@forged("malformed")
def a_key_that_is_none(forger: Forger) -> bytes:
    return edited(forger, lambda rows: rows[0].update(key=forger.key[:-4]))


@forged("malformed")
def an_index_beyond_the_log(forger: Forger) -> bytes:
    return edited(
        forger, lambda rows: rows[3].update(proof=rows[3]["proof"].replace("index 96", "index 300"))
    )


@forged("malformed")
def extra_data_in_a_proof(forger: Forger) -> bytes:
    return edited(
        forger,
        lambda rows: rows[3].update(proof=rows[3]["proof"].replace("index", "extra AA==\nindex")),
    )


@forged("malformed")
def a_hash_that_is_none(forger: Forger) -> bytes:
    def spoil(rows: Rows) -> None:
        lines = rows[3]["proof"].split("\n")
        lines[2] = lines[2][:-4]
        rows[3]["proof"] = "\n".join(lines)

    return edited(forger, spoil)


@forged("malformed")
def a_line_in_no_base64(forger: Forger) -> bytes:
    def spoil(rows: Rows) -> None:
        rows[3] = {"base64": "???", "proof": rows[3]["proof"]}

    return edited(forger, spoil)


# Other lines


@forged("line-altered")
def another_handler(forger: Forger) -> bytes:
    return edited(
        forger, lambda rows: rows[3].update(line=rows[3]["line"].replace("李老师", "张老师"))
    )


@forged("line-altered")
def another_index(forger: Forger) -> bytes:
    return edited(
        forger, lambda rows: rows[3].update(proof=rows[3]["proof"].replace("index 96", "index 95"))
    )


@forged("line-altered")
def two_lines_exchanged(forger: Forger) -> bytes:
    def exchange(rows: Rows) -> None:
        rows[3]["line"], rows[4]["line"] = rows[4]["line"], rows[3]["line"]

    return edited(forger, exchange)


@forged("line-altered")
def a_line_of_other_bytes(forger: Forger) -> bytes:
    def spoil(rows: Rows) -> None:
        rows[3] = {"base64": base64.b64encode(b"\xff").decode(), "proof": rows[3]["proof"]}

    return edited(forger, spoil)


@forged("line-altered")
def an_inner_node_as_a_line(forger: Forger) -> bytes:
    """The classic attack on trees that hash leaves and nodes alike."""

    def shorten(rows: Rows) -> None:
        head, rest = rows[3]["proof"].split("\n\n", 1)
        lines = head.split("\n")
        leaf = hashlib.sha256(b"\0" + rows[3]["line"].encode()).digest()
        pair = leaf + base64.b64decode(lines[2])
        rows[3] = {"base64": base64.b64encode(pair).decode(), "proof": f"{head}\n\n{rest}"}

    return edited(forger, shorten)


@forged("proof-cut")
def a_hash_taken_out(forger: Forger) -> bytes:
    def cut(rows: Rows) -> None:
        lines = rows[3]["proof"].split("\n")
        rows[3]["proof"] = "\n".join(lines[:2] + lines[3:])

    return edited(forger, cut)


@forged("proof-cut")
def a_hash_too_many(forger: Forger) -> bytes:
    def add(rows: Rows) -> None:
        lines = rows[3]["proof"].split("\n")
        end = lines.index("")
        rows[3]["proof"] = "\n".join([*lines[:end], lines[end - 1], *lines[end:]])

    return edited(forger, add)


@forged("not-about")
def another_subject(forger: Forger) -> bytes:
    return edited(forger, lambda rows: rows[2].update(subject="card:C00099"))


# Words that were not given


@forged("false-claim")
def a_line_left_out(forger: Forger) -> bytes:
    return edited(forger, lambda rows: rows.pop())


@forged("false-claim")
def a_claim_in_other_words(forger: Forger) -> bytes:
    return edited(
        forger, lambda rows: rows[2].update(claim=rows[2]["claim"].replace("\n97 ", "\n96 "))
    )


@forged("false-claim")
def a_claim_without_signature(forger: Forger) -> bytes:
    return edited(forger, lambda rows: rows[2].update(claim=rows[2]["claim"].split("\n\n")[0]))


@forged("false-claim")
def a_checkpoint_as_a_claim(forger: Forger) -> bytes:
    return edited(forger, lambda rows: rows[2].update(claim=forger.note))


@forged("false-claim")
def a_claim_of_another_time(forger: Forger) -> bytes:
    def older(rows: Rows) -> None:
        tree = Checkpoint.from_text(forger.older.rpartition("\n\n")[0] + "\n")
        text = Claim(tree, CARD, (97, 98, 99)).to_text()
        rows[2]["claim"] = sign_note(text, [forger.signer])

    return edited(forger, older)


# Signatures and checkpoints


def everywhere(forger: Forger, note: str) -> bytes:
    """Put another checkpoint into every place of the file."""
    text = json.dumps(forger.rows, ensure_ascii=False)
    old, new = (json.dumps(one, ensure_ascii=False)[1:-1] for one in (forger.note, note))
    return file_of(json.loads(text.replace(old, new)))


@forged("false-signature")
def a_signature_of_another_key(forger: Forger) -> bytes:
    other = NoteSigner(forger.signer.verifier.name, bytes(32))
    return everywhere(forger, sign_note(forger.note.rpartition("\n\n")[0] + "\n", [other]))


@forged("false-signature")
def a_digit_of_the_root(forger: Forger) -> bytes:
    lines = forger.note.split("\n")
    lines[2] = ("B" if lines[2][0] == "A" else "A") + lines[2][1:]
    return everywhere(forger, "\n".join(lines))


@forged("false-signature")
def another_size(forger: Forger) -> bytes:
    return everywhere(forger, forger.note.replace("\n300\n", "\n301\n"))


@forged("false-signature")
def no_signature_at_all(forger: Forger) -> bytes:
    return everywhere(forger, forger.note.rpartition("\n\n")[0] + "\n\n")


@forged("false-signature")
def a_key_of_the_same_name(forger: Forger) -> bytes:
    other = NoteSigner(forger.signer.verifier.name, bytes(32))
    return edited(forger, lambda rows: rows[0].update(key=str(other.verifier)))


@forged("false-signature")
def an_older_checkpoint_that_nobody_signed(forger: Forger) -> bytes:
    return edited(
        forger, lambda rows: rows[1].update(since=forger.older.replace("\n250\n", "\n251\n"))
    )


@forged("mixed")
def a_checkpoint_of_another_name(forger: Forger) -> bytes:
    return everywhere(forger, forger.signed(300, bytes(32), "cardledger/LOTHER"))


@forged("mixed")
def one_line_of_another_checkpoint(forger: Forger) -> bytes:
    def mix(rows: Rows) -> None:
        rows[3]["proof"] = rows[3]["proof"].replace(forger.note, forger.later)

    return edited(forger, mix)


@forged("mixed")
def growth_to_another_checkpoint(forger: Forger) -> bytes:
    def mix(rows: Rows) -> None:
        rows[1]["growth"] = rows[1]["growth"].replace(forger.note, forger.later)

    return edited(forger, mix)


@forged("mixed")
def growth_from_another_size(forger: Forger) -> bytes:
    return edited(
        forger,
        lambda rows: rows[1].update(growth=rows[1]["growth"].replace("old 250", "old 251")),
    )


@forged("rewritten")
def an_older_checkpoint_of_other_lines(forger: Forger) -> bytes:
    return edited(forger, lambda rows: rows[1].update(since=forger.signed(250, bytes(32))))


@forged("rewritten")
def a_hash_of_the_growth(forger: Forger) -> bytes:
    def spoil(rows: Rows) -> None:
        lines = rows[1]["growth"].split("\n")
        lines[1] = base64.b64encode(bytes(32)).decode()
        rows[1]["growth"] = "\n".join(lines)

    return edited(forger, spoil)


@forged("rewritten")
def growth_backwards(forger: Forger) -> bytes:
    def turn(rows: Rows) -> None:
        rows[1]["since"] = forger.later
        rows[1]["growth"] = rows[1]["growth"].replace("old 250", "old 310")

    return edited(forger, turn)
