"""Makes a wheel of the self-contained extension.

    wheel.py VERSION GLIBC LIBRARY NOTICE FOLDER

writes FOLDER/sqlite_coreset-VERSION-py3-none-manylinux_GLIBC_x86_64.whl. The format is that of PEP 427: a ZIP file whose
RECORD lists every file with its SHA-256. The same input gives the same bytes.
"""
import base64
import hashlib
import os
import sys
import zipfile

version, glibc, library, notice, folder = sys.argv[1:]
here = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(os.path.dirname(os.path.dirname(here)))
tag = "py3-none-manylinux_%s_x86_64" % glibc.replace(".", "_")
information = "sqlite_coreset-%s.dist-info" % version


def read(path):
    with open(path, "rb") as file:
        return file.read()


metadata = """Metadata-Version: 2.1
Name: sqlite-coreset
Version: %s
Summary: Which questions of a benchmark are worth running, and the score that the whole of it would have given: a SQLite extension
License: MIT
Requires-Python: >=3.7
Description-Content-Type: text/markdown

%s""" % (version, read(os.path.join(root, "ext/package/README.md")).decode())

files = {
    "sqlite_coreset/__init__.py": read(os.path.join(here, "__init__.py")).replace(b"@version@", version.encode()),
    "sqlite_coreset/coreset.so": read(library),
    information + "/LICENSE": read(os.path.join(root, "LICENSE")),
    information + "/NOTICE": read(notice),
    information + "/METADATA": metadata.encode(),
    information + "/WHEEL": ("Wheel-Version: 1.0\nGenerator: sqlite-coreset\nRoot-Is-Purelib: false\nTag: %s\n" % tag).encode(),
}
record = ""
for name, content in files.items():
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    record += "%s,sha256=%s,%d\n" % (name, digest, len(content))
files[information + "/RECORD"] = (record + information + "/RECORD,,\n").encode()

path = os.path.join(folder, "sqlite_coreset-%s-%s.whl" % (version, tag))
with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
    for name, content in files.items():
        entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.external_attr = 0o644 << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, content)
print("  WHEEL " + path)
