"""Checks many variants of one bundle in one process: `verify_many.py VERIFY_PY FOLDER` with a JSON line per variant.

Each line has `files` (name to base64, or null for one that is gone), `notes`, `words` and `keys`; each answer is a line with the
codes of its problems. The folder is as it was after each of them.
"""
import base64, importlib.util, json, os, sys

sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
verifier = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verifier)
folder = sys.argv[2]


def write(name, data):
    path = os.path.join(folder, name)
    if data is None:
        if os.path.exists(path):
            os.unlink(path)
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def read(name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return None
    with open(path, "rb") as file:
        return file.read()


for line in sys.stdin:
    asked = json.loads(line)
    changed = {name: data if data is None else base64.b64decode(data) for name, data in asked["files"].items()}
    before = {name: read(name) for name in changed}
    for name, data in changed.items():
        write(name, data)
    try:
        record = verifier.verify(folder, asked["notes"], asked["words"], asked["keys"])
        codes = sorted({code for code, _, _ in record.problems})
    except verifier.Unreadable:
        codes = ["unreadable"]
    for name, data in before.items():
        write(name, data)
    print(json.dumps(codes), flush=True)
