"""publish.py OUTPUT DOCUMENT: puts the tables of `make bench` where the document has them.

A table is known by its first line, and each of the output must be in the document and the
other way round. The line that begins with "From `make bench`" tells the machine and the date.
"""
import datetime, os, re, sys


def tables(lines):
    """(first line, one behind the last) of each table: consecutive lines that begin with |."""
    start, found = None, []
    for i, line in enumerate(lines + [""]):
        if line.startswith("|") and start is None:
            start = i
        elif not line.startswith("|") and start is not None:
            found.append((start, i))
            start = None
    return found


def machine():
    with open("/proc/cpuinfo") as file:
        text = file.read()
    model = re.search(r"^model name\s*: (.*)", text, re.M)
    flags = set(text.split())
    vectors = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "no AVX2"
    return f"{os.cpu_count()} cores, {model.group(1) if model else 'an unknown processor'}, {vectors}"


with open(sys.argv[1]) as file:
    output = file.read().splitlines()
with open(sys.argv[2]) as file:
    document = file.read().splitlines()
measured = {output[start]: output[start:end] for start, end in tables(output)}
places = {document[start]: (start, end) for start, end in tables(document)}
if measured.keys() != places.keys():
    sys.exit(f"publish.py: {sys.argv[2]} is as it was; tables in one place only:\n" +
             "\n".join(measured.keys() ^ places.keys()))
for first, (start, end) in sorted(places.items(), key=lambda place: -place[1][0]):
    document[start:end] = measured[first]
for i, line in enumerate(document):
    if line.startswith("From `make bench`"):
        document[i] = f"From `make bench`, {datetime.date.today()}: {machine()}."
with open(sys.argv[2], "w") as file:
    file.write("\n".join(document) + "\n")
