#!/usr/bin/python3
"""Opens and saves every ONNX model below the given folders with `tenscope edit` and an empty script, and compares what was
written with what was read, byte for byte: first the model's own file, then every tensor through the ONNX package.

    save_unedited.py TENSCOPE FOLDER…      exit code 1 where anything differs
"""

import pathlib
import subprocess
import sys
import tempfile


def files_below(folders):
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*.onnx")):
            if path.is_file():
                yield path


def same_message(a, b):
    """Equal as messages, unknown fields included: protobuf writes both anew in the order of their fields."""
    import onnx

    first, second = onnx.ModelProto(), onnx.ModelProto()
    first.ParseFromString(a)
    second.ParseFromString(b)
    return first.SerializeToString(deterministic=True) == second.SerializeToString(deterministic=True)


def main():
    program, *folders = sys.argv[1:]
    count = same = equal = 0
    different, unreadable = [], []
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder, "none.json")
        script.write_text('{"tenscope_edits": 1, "edits": []}')
        for path in files_below(folders):
            count += 1
            # Beside each other, so that external data is found by the same names.
            target = path.parent / f".{path.name}.saved.onnx" if (path.parent / (path.name + ".data")).exists() \
                else pathlib.Path(folder, "out.onnx")
            target.unlink(missing_ok=True)
            run = subprocess.run([program, "edit", str(path), str(target), "--script", str(script)],
                                 capture_output=True, text=True)
            if run.returncode != 0:
                unreadable.append((path, run.stderr.strip()))
                continue
            before, after = path.read_bytes(), target.read_bytes()
            target.unlink()
            if before == after:
                same += 1
            elif same_message(before, after):
                equal += 1
            else:
                different.append(path)
    for path, why in unreadable:
        print(f"not saved: {path}: {why}")
    for path in different:
        print(f"DIFFERENT: {path}")
    print(f"{count} models, {same} the same bytes, {equal} equal messages, {len(different)} different, {len(unreadable)} not saved")
    return 1 if different else 0


sys.exit(main())
