"""Check a proof of cardledger: that lines are in a signed log, or that a log only grew.

    python verifier.py PROOF [--key KEY] [--checkpoint FILE] [--lines]

Needs nothing but Python, 3.6 or later. KEY is what the office publishes (`cardledger checkpoint
--key`); without it a proof is only held against its own key. FILE is a checkpoint that you keep:
the proof must be of that log, or of what grew from it. Exit status: 0 it holds, 5 it does not, 2
the input cannot be used. Proved is that lines are in the log; that they are all is the signed word
of whoever keeps it, which convicts them should another turn up.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import re
import sys

#: What can be wrong: the exit status, in English, in Chinese.
REASONS = {
    "unreadable": (2, "this is not a proof of cardledger", "这不是 cardledger 的证明"),
    "bad-key": (2, "the key that was given is not a verifier key", "给出的不是验证公钥"),
    "bad-checkpoint": (2, "the checkpoint that was given is none", "给出的不是检查点"),
    "other-ledger": (2, "what was given is of another ledger", "给出的属于另一本账"),
    "not-comparable": (2, "ask for a proof since your checkpoint", "请索取自该检查点起的证明"),
    "cut-off": (5, "the proof was cut off: its end is missing", "证明被截断：缺少结尾"),
    "damaged": (5, "the proof was damaged: its hash is another", "证明已损坏：哈希不符"),
    "malformed": (5, "the proof does not have the form of one", "证明的格式不对"),
    "wrong-key": (5, "the proof is of another key than that given", "证明的密钥不是给出的"),
    "false-signature": (5, "a checkpoint is not signed by the key", "检查点没有该密钥的签名"),
    "mixed": (5, "the proof mixes checkpoints", "证明混用了不同的检查点"),
    "proof-cut": (5, "a row of hashes is too short or too long", "某条哈希路径太短或太长"),
    "line-altered": (5, "a line is not what the log holds", "某一行与日志所存不符"),
    "not-about": (5, "a line is not about the subject", "某一行与证明的对象无关"),
    "false-claim": (5, "the word that these are all lines is false", "“仅此各行”的声明不实"),
    "rewritten": (5, "the log did not grow from the older one", "日志并非由旧日志增长而来"),
}
P = 2**255 - 19  # Ed25519 (RFC 8032, section 5.1); points are in extended coordinates
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a: "tuple[int, ...]", b: "tuple[int, ...]") -> "tuple[int, ...]":
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def from_y(y: int, odd: int) -> "tuple[int, ...]":
    """Return the point of a y coordinate whose x is odd or even; nothing where there is none."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x * pow(2, (P - 1) // 4, P) % P if (x * x - square) % P else x
    if y >= P or (x * x - square) % P or (x == 0 and odd):
        return ()
    x = P - x if x & 1 != odd else x
    return (x, y, 1, x * y % P)


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether it is the signature of a message by the key whose public half is given."""
    number, scalar = (int.from_bytes(one, "little") for one in (public, signature[32:]))
    point = from_y(number & (2**255 - 1), number >> 255) if len(public) == 32 else ()
    if not point or len(signature) != 64 or scalar >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    base, negative = from_y(4 * pow(5, P - 2, P) % P, 0), (P - point[0], *point[1:3], P - point[3])
    steps, total = {1: base, 2: negative, 3: add(base, negative)}, from_y(1, 0)
    for bit in reversed(range(256)):
        total = add(total, total)
        step = (scalar >> bit & 1) + 2 * (challenge >> bit & 1)
        total = add(total, steps[step]) if step else total
    x, y = (one * pow(total[2], P - 2, P) % P for one in total[:2])
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


class Refused(Exception):
    """The proof does not hold, for one of the REASONS."""


def need(condition: object, code: str, where: int = 0) -> None:
    if not condition:
        raise Refused(code, where)


def unbase64(text: str, code: str, size: int = 0) -> bytes:
    well_formed = re.match(r"[A-Za-z0-9+/]+={0,2}\Z", text) and len(text) % 4 == 0
    data = base64.b64decode(text if well_formed else "")
    need(data and size in (0, len(data)) and base64.b64encode(data).decode() == text, code)
    return data


def read_key(text: str, code: str) -> "tuple[str, bytes, bytes]":
    """Return of `name+id+key` the name, the four bytes that identify the key, its public half."""
    parts = [*text.split("+", 2), "", ""]
    key = unbase64(parts[2], code, 33)
    key_id = hashlib.sha256(parts[0].encode() + b"\n" + key).digest()[:4]
    need(key[0] == 1 and key_id.hex() == parts[1], code)
    return parts[0], key_id, key[1:]


def open_note(note: str, key: "tuple[str, bytes, bytes]", code: str) -> str:
    """Return the text of a note (c2sp.org/signed-note) that the key signed, maybe among others."""
    text, gap, signatures = note.rpartition("\n\n")
    need(gap and signatures[-1:] == "\n" and not re.search(r"[\0-\x09\x0b-\x1f]", note), code)
    verdicts = []
    for line in signatures[:-1].split("\n"):
        found = re.match("\u2014 ([^+\\s]+) (\\S+)\\Z", line)
        signature = unbase64(found.group(2) if found else "", code)
        if found and (found.group(1), signature[:4]) == key[:2]:
            verdicts.append(ed25519(key[2], (text + "\n").encode(), signature[4:]))
    need(verdicts and all(verdicts), code)
    return text


def read_checkpoint(text: str, code: str) -> "tuple[str, int, bytes]":
    """Return origin, size and root (c2sp.org/tlog-checkpoint)."""
    lines = text.split("\n")
    need(len(lines) > 2 and all(lines) and re.match(r"[1-9][0-9]{0,18}\Z", lines[1]), code)
    return lines[0], int(lines[1]), unbase64(lines[2], code, 32)


def climb(index: int, last: int, start: bytes, path: "list[bytes]") -> "tuple[bytes, bytes]":
    """Return the roots of the tree that ends with an entry and of all (RFC 9162, section 2.1)."""
    old = new = start
    for step in path:
        need(last, "proof-cut")
        right = index & 1 or index == last
        old = hashlib.sha256(b"\x01" + step + old).digest() if right else old
        new = hashlib.sha256(b"\x01" + (step + new if right else new + step)).digest()
        while right and not index & 1 and index:
            index, last = index >> 1, last >> 1
        index, last = index >> 1, last >> 1
    need(last == 0, "proof-cut")
    return old, new


def grew(old: "tuple[str, int, bytes]", new: "tuple[str, int, bytes]", path: "list[bytes]") -> bool:
    """Return whether the path proves that the new tree begins with the old one."""
    index, last = old[1] - 1, new[1] - 1
    if index >= last:
        return old == new and not path
    steps = path if old[1] & index else [old[2], *path]
    while index & 1:
        index, last = index >> 1, last >> 1
    return bool(steps) and climb(index, last, steps[0], steps[1:]) == (old[2], new[2])


def read_path(text: str, form: str, note: str) -> "tuple[int, list[bytes]]":
    """Return the number in the head of a proof, and the hashes between it and its checkpoint."""
    found = re.match(form + r" (0|[1-9][0-9]{0,18})((?:\n[^\n]+)*)\n\n", text)
    if found is None:
        raise Refused("malformed", 0)
    need(text[found.end() :] == note, "mixed")
    hashes = found.group(2).split("\n")[1:]
    return int(found.group(1)), [unbase64(one, "malformed", 32) for one in hashes]


def read_rows(data: bytes) -> "list[dict[str, str]]":
    """Return what every line of a proof says, after the hash over all of them was checked."""
    last = data.rfind(b"\n", 0, -1) + 1
    end = re.match(rb'\{"end":"([0-9a-f]{64})"\}\n\Z', data[last:])
    need(end or data.startswith(b'{"cardledger":"proof/1"'), "unreadable")
    need(end, "cut-off")
    need(end and hashlib.sha256(data[:last]).hexdigest().encode() == end.group(1), "damaged")
    rows = []
    try:
        for line in data[:last].decode().split("\n")[:-1]:
            rows.append(json.loads(line))
            again = json.dumps(rows[-1], ensure_ascii=False, separators=(",", ":"))
            need(again == line and {*map(type, rows[-1].values())} == {str}, "malformed")
    except (ValueError, AttributeError, RecursionError):
        need(False, "malformed")
    head = [*rows[0], rows[0].get("cardledger")] if rows else []
    need(head == ["cardledger", "key", "checkpoint", "proof/1"], "malformed")
    return rows


def check(data: bytes, key: str = "", kept: str = "") -> "tuple[dict[int, bytes], list[str]]":
    """Return the lines by their positions, and what to tell of the rest; or raise Refused."""
    rows = read_rows(data)
    note, own = rows[0]["checkpoint"], read_key(rows[0]["key"], "malformed")
    given = read_key(key, "bad-key") if key else own
    need(given[0] == own[0], "other-ledger")
    need(given == own, "wrong-key")
    tree = read_checkpoint(open_note(note, own, "false-signature"), "malformed")
    need(tree[0] == own[0], "mixed")
    told = [f"{tree[0]}: {tree[1]} lines, root {tree[2].hex()}", "key: " + rows.pop(0)["key"]]
    told += [] if key or kept else ["nothing vouches for the key: is it the one that is published?"]
    trees, subject, claim = [tree], "", ""
    lines: "dict[int, bytes]" = {}
    if rows and list(rows[0]) == ["since", "growth"]:
        old = read_checkpoint(open_note(rows[0]["since"], own, "false-signature"), "malformed")
        size, path = read_path(rows.pop(0)["growth"], "old", note)
        need(old[:2] == (tree[0], size), "mixed")
        need(grew(old, tree, path), "rewritten")
        trees, told = [tree, old], [*told, f"grown from {size} lines, root {old[2].hex()}"]
    if rows and list(rows[0]) == ["subject", "claim"]:
        subject, claim = rows.pop(0).values()
    names = (subject, subject.partition(":")[2])  # a count of a box says CARD@BOX of some
    forms = [f'"{one}{end}'.encode() for one in names for end in '"@']
    for row in rows:
        need(list(row) in (["line", "proof"], ["base64", "proof"]), "malformed")
        index, path = read_path(row["proof"], r"c2sp\.org/tlog-proof@v1\nindex", note)
        line = row["line"].encode() if "line" in row else unbase64(row["base64"], "malformed")
        need(max(lines, default=0) <= index < tree[1], "malformed", index + 1)
        root = climb(index, tree[1] - 1, hashlib.sha256(b"\0" + line).digest(), path)[1]
        need(root == tree[2], "line-altered", index + 1)
        need(not subject or any(one in line for one in forms), "not-about", index + 1)
        lines[index + 1] = line
    if subject:
        said = ["cardledger-claim/1", *note.split("\n")[:3], subject, " ".join(map(str, lines))]
        need(open_note(claim, own, "false-claim") == "\n".join(said), "false-claim")
        told.append(f"about {subject}; said to be all lines about it")
    if kept:
        mine = read_checkpoint(kept.partition("\n\n")[0], "bad-checkpoint")
        need(mine[0] == tree[0], "other-ledger")
        open_note(kept, own, "wrong-key")
        need(mine[1] in [one[1] for one in trees], "not-comparable")
        need(mine in trees, "rewritten")
    return lines, told


def main() -> int:
    """Check what the command line names; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("proof", "--key", "--checkpoint"):
        parser.add_argument(name, default="")
    parser.add_argument("--lines", action="store_true", help="print what was recorded")
    asked = parser.parse_args()
    try:
        kept = pathlib.Path(asked.checkpoint).read_bytes().decode() if asked.checkpoint else ""
        lines, told = check(pathlib.Path(asked.proof).read_bytes(), asked.key.strip(), kept)
        shown = [f"{at} {lines[at].decode(errors='replace')}" for at in lines if asked.lines]
        status, told = 0, ["HOLDS 证明成立", *told, "lines " + " ".join(map(str, lines)), *shown]
    except (OSError, UnicodeDecodeError) as error:
        status, told = 2, [str(error)]
    except Refused as refused:
        status, english, chinese = REASONS[refused.args[0]]
        told = ["REFUSED {}, line {}: {} {}".format(*refused.args, english, chinese)]
    sys.stdout.buffer.write("\n".join([*told, ""]).encode(sys.stdout.encoding, "replace"))
    return status


if __name__ == "__main__":
    sys.exit(main())
