#!/usr/bin/env python3
"""Checks the record of a run of Muster without Muster: `python3 verify.py .` in the unpacked bundle.

    python3 verify.py FOLDER [--checkpoint FILE] [--words "EIGHT WORDS"] [--key LINE]

FILE is a checkpoint, WORDS are eight words, and LINE is a public key that you have from elsewhere; each may be given
several times. Exit status: 0 when everything holds, 1 when something does not, 2 when there is nothing to check.
Needs Python 3.8 and nothing else. It never writes, and reads nothing outside of FOLDER but FILE.
"""
import sys

if __name__ == "__main__":
    sys.path.pop(0)  # a file of this folder must not stand in for a part of Python
import argparse, base64, hashlib, json, os, re, stat

LONGEST_LINE, LONGEST_FILE, DEEPEST, MOST = 16 << 20, 1 << 20, 40, 100
WORDS_SHA256 = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"  # the English list of BIP-39
HEX = re.compile(r"[0-9a-f]{64}\Z")
KNOWN = re.compile(  # every file that a bundle can have; reports and sessions are made from the rest and are not evidence
    r"(VERIFY\.md|verify\.py|words\.txt|manifest\.json|runbook\.md|events\.jsonl|blobs\.jsonl|reports/[a-z.-]{1,40}"
    r"|sessions/[a-z0-9-]{1,120}\.cast"
    r"|keys/[1-9][0-9]{0,5}\.(key|endorsement)|checkpoints/[1-9][0-9]{0,14}\.note|blobs/[0-9a-f]{64})\Z")


def sha256(data):
    return hashlib.sha256(data).digest()


# --- Ed25519 (RFC 8032, section 5.1): check only, in plain arithmetic -------------------------------------------------
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(p, q):  # points are (X, Y, Z, T): x = X/Z, y = Y/Z, x*y = T/Z
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, p):
    q = (0, 1, 1, 0)
    for bit in bin(scalar)[2:]:
        q = add(q, q)
        if bit == "1":
            q = add(q, p)
    return q


def point(data):
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[31] >> 7
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed_by(key, message, signature):
    a, s = point(key), int.from_bytes(signature[32:], "little")
    if a is None or len(signature) != 64 or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y, z, _ = add(times(s, BASE), times(k, (P - a[0], a[1], 1, P - a[3])))  # must be R = S*B - k*A
    inverse = pow(z, P - 2, P)
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little") == signature[:32]


CHECKED = {}


def verified(key, message, signature):
    asked = (key, message, signature)
    if asked not in CHECKED:
        CHECKED[asked] = signed_by(*asked)
    return CHECKED[asked]


# --- Signed notes and checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint) ------------------------------------
def unbase64(text):
    try:
        data = base64.b64decode(text, validate=True)
        return data if base64.b64encode(data).decode() == text else None
    except ValueError:
        return None


def key_of(line):
    """`name+id+base64` as (name, id, key), or None."""
    match = re.fullmatch(r"([!-*,-~]+)\+([0-9a-f]{8})\+(\S+)", line)
    data = unbase64(match[3]) if match else None
    if data is None or len(data) != 33 or data[0] != 1:
        return None
    made = sha256(match[1].encode() + b"\n" + data)[:4]
    return (match[1], made, data[1:]) if made.hex() == match[2] else None


def note_of(note):
    """Its text and its signatures as (name, id, signature), or None."""
    text, cut, rest = note.rpartition("\n\n")
    if not cut or not rest.endswith("\n"):
        return None
    signatures = []
    for line in rest[:-1].split("\n"):
        match = re.fullmatch(r"\u2014 ([!-*,-~]+) (\S+)", line)
        data = unbase64(match[2]) if match else None
        if data is None or len(data) <= 4:
            return None
        signatures.append((match[1], data[:4], data[4:]))
    return text + "\n", signatures


def signers_of(note, lines):
    """Those of the keys that signed the note; None when it is no note or a known key's signature is wrong."""
    parsed, found = note_of(note), []
    for name, identity, signature in parsed[1] if parsed else []:
        for line in lines:
            key = key_of(line)
            if key and key[:2] == (name, identity):
                if not verified(key[2], parsed[0].encode(), signature):
                    return None
                found.append(line)
                break
    return found if parsed else None


CHECKPOINT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,14})\n([^\n]+)\nhead ([0-9a-f]{64})\nwall (0|[1-9][0-9]{0,15})\n\Z")


def checkpoint_of(note):
    """What a note says as (origin, size, root, head), or None."""
    parsed = note_of(note)
    match = CHECKPOINT.match(parsed[0]) if parsed else None
    root = unbase64(match[3]) if match else None
    return (match[1], int(match[2]), root, match[4]) if root is not None and len(root) == 32 else None


def endorses(note, line, replaces):
    """Whether both keys signed that the one takes the place of the other."""
    text = (note_of(note) or ("",))[0]
    said = re.fullmatch("muster/device-key\n(.+)\nreplaces (.+)\nwall (?:0|[1-9][0-9]{0,14})\n", text)
    return bool(said) and said[1] == line and said[2] == replaces and len(set(signers_of(note, [line, replaces]) or ())) == 2


class Tree:
    """The tree of RFC 6962 over the lines: the roots of its full subtrees, from the largest to the smallest."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def add(self, line):
        node, size = sha256(b"\0" + line), self.size
        while size & 1:
            node, size = sha256(b"\1" + self.peaks.pop() + node), size >> 1
        self.peaks.append(node)
        self.size += 1

    def root(self):
        node = self.peaks[-1]
        for peak in self.peaks[-2::-1]:
            node = sha256(b"\1" + peak + node)
        return node


# --- The record --------------------------------------------------------------------------------------------------------
def refuse(_text):
    raise ValueError


def number(text):
    if len(text) > 17 or abs(int(text)) >= 2**53:
        raise ValueError
    return int(text)


def ordered(value):
    """With its members in the order of RFC 8785: by UTF-16, where Python sorts by code points."""
    if isinstance(value, dict):
        return {name: ordered(value[name]) for name in sorted(value, key=lambda one: one.encode("utf-16-be"))}
    return [ordered(one) for one in value] if isinstance(value, list) else value


def deeper(value, levels):
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return members is not None and (levels == 0 or any(deeper(one, levels - 1) for one in members))


def event_of(line):
    """What a line says; {} for one that Muster does not write: canonical JSON, whole numbers, not nested deeply."""
    try:
        event = json.loads(line.decode("utf-8"), parse_constant=refuse, parse_float=refuse, parse_int=number)
        if not isinstance(event, dict) or deeper(event, DEEPEST):
            return {}
        text = json.dumps(event if line.isascii() else ordered(event), ensure_ascii=False, separators=(",", ":"), sort_keys=line.isascii())
        return event if text.encode() == line else {}
    except (ValueError, RecursionError):
        return {}


def whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def text_in(value, name):
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def references(value):
    """Every reference to an output: an object with its name and its size."""
    if not isinstance(value, (dict, list)):
        return
    if isinstance(value, dict):
        if HEX.match(text_in(value, "sha256")) and whole(value.get("bytes")) and value["bytes"] >= 0:
            yield value["sha256"], value["bytes"]
    for member in value.values() if isinstance(value, dict) else value:
        yield from references(member)


class Record:
    """`notes`: (size, text) of the checkpoints that come along; `held`: what the verifier has from elsewhere."""

    def __init__(self, notes, keys, held_notes=(), held_heads=(), held_keys=()):
        self.problems, self.unknown, self.witnesses, self.redacted, self.outputs = [], [], [], {}, {}
        self.tree, self.head, self.next, self.run, self.device = Tree(), "0" * 64, 1, None, ""
        self.ended, self.runbook, self.source = False, None, None
        self.named, self.vouched, self.spoken = {}, [], {}
        self.held_heads, self.held_keys = list(held_heads), list(held_keys)
        self.notes = [(size, note, checkpoint_of(note), True) for size, note in notes]
        for note in held_notes:
            said = checkpoint_of(note)
            self.notes.append((said[1] if said else 0, note, said, False))
        self.passed = {said[1]: None for _, _, said, _ in self.notes if said}
        self.lines, self.links = [line for line, _ in keys] + self.held_keys, []
        for line in self.lines:
            if key_of(line) is None:
                self.problem("key", "A public key of the record cannot be read.")
        self.lines = [line for line in self.lines if key_of(line)]
        for line, endorsement in keys:
            if endorsement is not None and line in self.lines:
                old = [one for one in self.lines if one != line and endorses(endorsement, line, one)]
                if old:
                    self.links.append((line, old[0]))
                else:
                    self.problem("key", "The statement that the device has a new key does not hold.")
        self.trusted = set(self.held_keys)
        self.anchored = bool(self.held_keys or held_notes)
        for note in held_notes:
            self.trusted.update(signers_of(note, self.lines) or ())
        self.grow(self.trusted)

    def problem(self, code, message, seq=None):
        if len(self.problems) < MOST or code not in {known for known, _, _ in self.problems}:
            self.problems.append((code, seq, message))

    def grow(self, lines):
        for _ in self.links:
            for one, other in self.links:
                if one in lines or other in lines:
                    lines.update((one, other))

    def add(self, line):
        """Takes the next event: its exact bytes without the newline."""
        seq, before = self.tree.size + 1, self.head
        self.head = sha256(line).hex()
        event = event_of(line)
        if self.run is None:
            self.begin(event)
        link = whole(event.get("seq")) and isinstance(event.get("run"), str) and isinstance(event.get("prev"), str)
        if not link:
            self.problem("chain", f"Line {seq} is not an event as Muster writes one.", seq)
            self.next += 1
        else:
            if event["run"] != self.run:
                self.problem("chain", "It belongs to another run.", event["seq"])
            if event["seq"] != self.next:
                self.problem("chain", f"It stands where event {self.next} should be.", event["seq"])
            if event["prev"] != before:
                self.problem("chain", "It does not continue the event before it.", event["seq"])
            self.next = event["seq"] + 1
        self.tree.add(line)
        if link:
            self.read(seq, before, event)
        if seq in self.passed:
            self.passed[seq] = (self.head, self.tree.root())
        for prefix in self.held_heads:
            if self.head.startswith(prefix):
                self.spoken[prefix] = seq

    def begin(self, event):
        self.run, self.device, data = text_in(event, "run"), text_in(event, "device"), event.get("data")
        if event.get("type") == "run.started" and isinstance(data, dict) and isinstance(data.get("runbook"), dict):
            self.runbook = text_in(data["runbook"], "sha256")
            self.source = text_in(data["runbook"].get("source"), "sha256") or None

    def read(self, seq, before, event):
        kind, data = event.get("type"), event.get("data")
        if isinstance(event.get("checkpoint"), str):
            self.named[seq - 1] = event["checkpoint"]
        if not isinstance(data, dict):
            return
        for name, size in references(data):
            self.outputs.setdefault(name, (seq, size))
        if kind in ("run.finished", "run.aborted"):
            self.ended = True
        elif kind == "output.redacted":
            name = text_in(data, "sha256")
            if name == self.source:
                self.problem("output", "It takes out the runbook, which cannot be.", seq)
            else:
                said = (seq, text_in(event, "actor"), text_in(data, "kind"), text_in(data, "reason"))
                self.redacted.setdefault(name, said)
        elif kind in ("checkpoint.witnessed", "checkpoint.countersigned"):
            self.vouched.append((seq, kind, data, before))

    def output(self, name, found):
        """`found`: SHA-256 over salt and bytes, and how many bytes; None when it is not there."""
        seq, size = self.outputs.get(name, (None, None))
        if seq is None:
            if found:
                self.problem("output", f"The output {name[:12]}… is in the record, and no event refers to it.")
        elif found is None:
            if name not in self.redacted:
                self.problem("output", f"The output {name[:12]}… is missing.", seq)
        elif name in self.redacted:
            self.problem("output", f"The output {name[:12]}… was taken out, and is there.", seq)
        elif found != (name, size):
            self.problem("output", f"The output {name[:12]}… was changed.", seq)

    def finish(self):
        events = self.tree.size
        if events == 0:
            self.problem("chain", "There is no event in this record.")
        for name, (seq, _, _, _) in self.redacted.items():
            if name not in self.outputs:
                self.problem("output", "It takes out an output that no event has.", seq)
        holding = [(note[0], keys) for note in self.notes for keys in [self.check(note, events)] if keys and note[3]]
        own = {size: note for size, note, _, mine in reversed(self.notes) if mine}
        for size, wanted in self.named.items():
            if size not in own or sha256(own[size].encode()).hex() != wanted:
                what = "another one" if size in own else "missing"
                self.problem("checkpoint", f"It names a checkpoint over {size} events, which is {what}.", size + 1)
        self.witnesses += [("your checkpoint", size, "compared") for size, _, _, mine in self.notes if not mine and 0 < size <= events]
        for prefix in self.held_heads:
            if prefix in self.spoken:
                self.witnesses.append(("your words", self.spoken[prefix], "compared"))
            else:
                self.problem("words", "No event has the words you hold.")
        newest = max((size for _, size, _ in self.witnesses), default=0)
        for seq, kind, data, before in self.vouched:
            self.vouch(seq, kind, data, before, own)
        self.tell(events, holding, newest)

    def check(self, note, events):
        """The keys that signed the checkpoint, where it is over these events."""
        size, text, said, own = note
        code, where = ("checkpoint", f"The checkpoint after event {size}") if own else ("held", "The checkpoint you hold")
        if said is None or said[1] != size:
            return self.problem(code, f"{where} cannot be read.")
        if said[0] != f"muster/{self.device}/{self.run or ''}":
            return self.problem(code, f"{where} is of another run, {said[0]}.")
        keys = signers_of(text, self.lines)
        if not keys:
            return self.problem("signature" if own else "held", f"{where} is not signed by a key of this record.")
        if self.anchored and not self.trusted.intersection(keys):
            return self.problem("key", f"{where} is signed by a key that nothing you hold leads to.")
        if self.passed.get(size) is None:
            return self.problem(code, f"{where} is over {size} events, and the record has {events}: its end is missing.", events + 1)
        if self.passed[size] != (said[3], said[2]):
            return self.problem(code, f"{where} is over other events than these.", size)
        return keys

    def vouch(self, seq, kind, data, before, own):
        size, by, how = data.get("size") if whole(data.get("size")) else 0, text_in(data, "by"), text_in(data, "kind")
        head = before if size == seq - 1 else (self.passed.get(size) or (None,))[0]
        if head is None or head != data.get("head"):
            return self.problem("witness", f"{by} vouches for another head after event {size}.", seq)
        if kind == "checkpoint.witnessed":
            return self.witnesses.append((by, size, "recorded; ask them"))
        if how == "ssh" or how == "timestamp":
            return self.witnesses.append((f"{by} ({how})", size, "not checked here; VERIFY.md says how"))
        key, text = text_in(data, "key"), (note_of(own.get(size, "")) or ("",))[0]
        if how == "muster" and key not in self.lines and signers_of(f"{text}\n{text_in(data, 'signature')}\n", [key]):
            return self.witnesses.append((by, size, "signature checked; is it their key?"))
        return self.problem("witness", f"The signature of {by} does not hold.", seq)

    def tell(self, events, holding, newest):
        covered, signers = max((size for size, _ in holding), default=0), [key for _, keys in holding for key in keys]
        self.signed = (len(holding), covered, sorted(set(signers)))
        if not self.ended:
            self.unknown.append("How the run ended: taken while it was open, or its end is missing.")
        if not holding:
            self.unknown.append("Who wrote it: nothing of this record is signed.")
        elif covered < events:
            self.unknown.append(f"Who wrote the last {events - covered} events: they are not signed.")
        if holding and not self.held_keys:
            self.unknown.append("Whose key it is: compare its line with what `muster device` says there.")
        joined = set(signers[:1])
        self.grow(joined)
        if set(signers) - joined:
            self.unknown.append("Whether all keys are of the same device: one was not announced by another.")
        if newest == 0:
            self.unknown.append("Whether it was written anew: whoever has the key can, and nothing you hold was compared.")
        elif newest < events:
            self.unknown.append(f"Whether what follows event {newest} was written anew: nothing you hold covers it.")


# --- The folder --------------------------------------------------------------------------------------------------------
class Unreadable(Exception):
    pass


DERIVED = "Whether reports/ and sessions/ show what was recorded: they were made from it to be read, and are not checked."


def small(folder, name, most=LONGEST_FILE):
    """The text of a small file, or None."""
    path = os.path.join(folder, name)
    if not os.path.isfile(path):
        return None
    with open(path, "rb") as file:
        data = file.read(most + 1)
    try:
        if len(data) > most:
            raise Unreadable(f"{name} is too long.")
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(f"{name} is not UTF-8.")


def files_of(folder):
    names = []
    for at, folders, files in os.walk(folder):
        if at != folder and folders:
            raise Unreadable(f"{os.path.basename(at)} has a folder of its own: that is no bundle.")
        cache = os.path.join(at, "__pycache__")  # what Python may have left beside this file; nothing is taken from it
        folders[:] = [name for name in folders if name != "__pycache__" or os.path.islink(cache)]
        for name in folders + files:
            path = os.path.relpath(os.path.join(at, name), folder).replace(os.sep, "/")
            mode = os.lstat(os.path.join(at, name)).st_mode
            if stat.S_ISLNK(mode) or not (stat.S_ISREG(mode) or name in folders):
                raise Unreadable(f"{path} is a link or a device: that is no bundle.")
            if name in files:
                names.append(path)
    return names


def digest(path, salt, size):
    """SHA-256 over the salt and the file, and its size; a file that is longer than it should be is not read."""
    found, length = hashlib.sha256(salt), os.path.getsize(path)
    if length != size:
        return "", length
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            found.update(piece)
    return found.hexdigest(), length


def salts_of(folder):
    salts = {}
    path = os.path.join(folder, "blobs.jsonl")
    with open(path, "rb") as file:
        for line in iter(lambda: file.readline(1000), b""):
            match = re.fullmatch(rb'\{"bytes":(0|[1-9][0-9]{0,15}),"salt":"([0-9a-f]{32})","sha256":"([0-9a-f]{64})"\}\n', line)
            if match is None or match[3].decode() in salts:
                raise Unreadable("blobs.jsonl has a line that is none of ours.")
            salts[match[3].decode()] = (bytes.fromhex(match[2].decode()), int(match[1]))
    return salts


def heads_of(folder, spoken):
    """The first 22 hex digits of the hashes that words stand for."""
    if not spoken:
        return
    words = (small(folder, "words.txt") or "").split("\n")[:-1]
    if sha256("".join(word + "\n" for word in words).encode()).hex() != WORDS_SHA256:
        raise Unreadable("words.txt is not the word list.")
    for text in spoken:
        given = re.findall("[a-z]+", text.lower())
        places = [[at for at, known in enumerate(words) if known == word or (len(word) > 3 and known.startswith(word))] for word in given]
        if len(given) != 8 or not all(places):
            raise SystemExit("These are not eight words of the list: " + text)
        yield format(sum(place[0] << 11 * (7 - at) for at, place in enumerate(places)), "022x")


def verify(folder, checkpoints=(), words=(), keys=()):
    """Checks a folder and gives the record with what was found; `checkpoints` are texts of notes."""
    names = files_of(folder)
    strange = [name for name in names if not KNOWN.match(name)]
    if strange:
        raise Unreadable(f"It has a file {strange[0][:100]}, which is no file of a bundle.")
    numbers = sorted(int(name[5:-4]) for name in names if re.match(r"keys/\d+\.key\Z", name))
    own_keys = [(small(folder, f"keys/{at}.key"), small(folder, f"keys/{at}.endorsement")) for at in numbers]
    sizes = sorted(int(name[12:-5]) for name in names if re.match(r"checkpoints/\d+\.note\Z", name))
    notes = [(size, small(folder, f"checkpoints/{size}.note")) for size in sizes]
    record = Record(notes, [(line[:-1] if line.endswith("\n") else "", said) for line, said in own_keys],
                    checkpoints, list(heads_of(folder, words)), keys)
    for name in ("events.jsonl", "blobs.jsonl", "manifest.json", "runbook.md"):
        if name not in names:
            raise Unreadable(f"{name} is missing.")
    with open(os.path.join(folder, "events.jsonl"), "rb") as file:
        for line in iter(lambda: file.readline(LONGEST_LINE + 1), b""):
            if len(line) > LONGEST_LINE:
                raise Unreadable("events.jsonl has a line that is too long to be an event.")
            if not line.endswith(b"\n"):
                record.problem("file", "events.jsonl ends in the middle of a line.")
            record.add(line[:-1] if line.endswith(b"\n") else line)
    salts, present = salts_of(folder), {name[6:] for name in names if name.startswith("blobs/")}
    for name in sorted(set(record.outputs) | set(salts) | present):
        salt, size = salts.get(name, (b"", None))
        there = name in present or name in salts
        found = digest(os.path.join(folder, "blobs", name), salt, size) if name in present and name in salts else ("", -1)
        record.output(name, found if there else None)
    with open(os.path.join(folder, "runbook.md"), "rb") as file:
        if hashlib.sha256(file.read(LONGEST_LINE)).hexdigest() != record.runbook:
            record.problem("runbook", "runbook.md is not the one that the first event names.", 1)
    manifest = {"bundle": 1, "events": record.tree.size, "outputs": len(record.outputs), "run": record.run or ""}
    if small(folder, "manifest.json") != json.dumps(manifest, separators=(",", ":"), ensure_ascii=False, sort_keys=True) + "\n":
        record.problem("file", "manifest.json does not fit the events.")
    record.finish()
    if any(name.startswith(("reports/", "sessions/")) for name in names):
        record.unknown.append(DERIVED)
    return record


def clean(text):
    """What stands in a record is shown, never obeyed by the terminal."""
    return "".join(one if one.isprintable() else "\ufffd" for one in text)


def main():
    parser = argparse.ArgumentParser(description="Checks the record of a run of Muster.")
    parser.add_argument("folder", nargs="?", default=".")
    parser.add_argument("--checkpoint", action="append", default=[], metavar="FILE")
    parser.add_argument("--words", action="append", default=[], metavar="WORDS")
    parser.add_argument("--key", action="append", default=[], metavar="LINE")
    asked = parser.parse_args()
    try:
        notes = [open(path, encoding="utf-8", newline="").read(LONGEST_FILE) for path in asked.checkpoint]
        record = verify(asked.folder, notes, asked.words, asked.key)
    except (OSError, Unreadable, UnicodeDecodeError) as error:
        print(f"This cannot be checked: {clean(str(error))}")
        return 2
    if record.problems:
        print("The record does NOT hold together.")
        for _, seq, message in record.problems:
            print(f"  {f'event {seq}: ' if seq else ''}{clean(message)}")
    else:
        print("The record holds together.")
    count, covered, signers = record.signed
    print(f"run {clean(record.run or '')}: {record.tree.size} events, {len(record.outputs)} outputs, head {record.head}")
    print(f"{count} signed checkpoints hold, the newest covers {covered} events")
    for line in signers:
        print(f"signed by {clean(line)}")
    for seq, by, kind, reason in record.redacted.values():
        print(f"taken out in event {seq} by {clean(by)} ({clean(kind)}): {clean(reason)}")
    for by, size, how in record.witnesses:
        print(f"witness of the first {size} events: {clean(by)}, {how}")
    for line in record.unknown:
        print(f"not known: {clean(line)}")
    return 1 if record.problems else 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.stdout.reconfigure(errors="replace")
    sys.exit(main())
