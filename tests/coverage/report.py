"""What the tests do not reach.

    report.py FOLDER [--update]

FOLDER has the objects of a build with --coverage, and what running the tests left there. Prints the share of lines
and branches of ext/ that were reached. Every line that was not must be in uncovered.txt with a reason, by its file and
text, so that line numbers may change; --update writes that file anew, keeps the reasons that it has, and puts a
question mark where there is none, which fails.
"""
import json
import os
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
listed = os.path.join(here, "uncovered.txt")
folder = sys.argv[1]


def gcov():
    """For each file of ext/ the calls of each line, and which of its branches were taken."""
    files = {}
    for path, _, names in os.walk(folder):
        for name in names:
            if not name.endswith(".gcda") or "/ext/" not in path + "/":
                continue
            shown = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities", os.path.join(path, name)],
                                   capture_output=True, check=True).stdout
            for line in shown.splitlines():
                for file in json.loads(line)["files"]:
                    if not file["file"].startswith("ext/"):
                        continue
                    lines = files.setdefault(file["file"], {})
                    for at in file["lines"]:
                        calls, branches = lines.setdefault(at["line_number"], [0, {}])
                        lines[at["line_number"]][0] = calls + at["count"]
                        for i, branch in enumerate(at["branches"]):
                            branches[i] = branches.get(i, 0) + branch["count"]
    return files


files = gcov()
lines = reached = branches = taken = 0
uncovered = []
for name in sorted(files):
    with open(name) as source:
        text = source.read().splitlines()
    for number, (calls, ways) in sorted(files[name].items()):
        lines += 1
        reached += calls > 0
        if calls > 0:
            branches += len(ways)
            taken += sum(count > 0 for count in ways.values())
        else:
            uncovered.append((name, text[number - 1].strip()))
print(f"coverage: {100 * reached / lines:.1f}% of {lines} lines, {100 * taken / branches:.1f}% of {branches} branches of these")

reasons = {}
if os.path.exists(listed):
    with open(listed) as file:
        for line in file:
            if line.startswith("#") or not line.strip():
                continue
            name, text, reason = line.rstrip("\n").split("\t")
            reasons[name, text] = reason
if "--update" in sys.argv:
    with open(listed, "w") as file:
        file.write("# Lines that no test reaches: file, text and why, with tabs between. Made by `make coverage UPDATE=--update`.\n")
        for key in sorted(set(uncovered)):
            file.write("\t".join((*key, reasons.get(key, "?"))) + "\n")
    print(f"coverage: {len(set(uncovered))} lines written to {listed}")
    sys.exit(0)
unknown = [key for key in sorted(set(uncovered)) if reasons.get(key, "?") == "?"]
for name, text in unknown:
    print(f"no reason: {name}: {text}")
sys.exit(len(unknown) > 0)
