"""sqlite-coreset: which questions of a benchmark are worth running, and the score that the whole of it would have given.

    import sqlite3, sqlite_coreset
    db = sqlite3.connect("results.db")
    sqlite_coreset.load(db)
    db.execute("SELECT coreset_version()")
"""
import os

__version__ = "@version@"
__all__ = ["load", "loadable_path"]


def loadable_path():
    """The path of the extension, for load_extension() of any host."""
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "coreset")


def load(connection):
    """Loads the extension into a connection of sqlite3 or apsw; extension loading is switched off again afterwards."""
    try:
        enable = connection.enable_load_extension
    except AttributeError:
        raise RuntimeError(
            "this Python's sqlite3 cannot load extensions: it was built without them, as those of pyenv, macOS and some installers "
            "are. Use the Python of a Linux distribution, or the package apsw or pysqlite3-binary in the place of sqlite3; pyenv builds "
            "one that can with PYTHON_CONFIGURE_OPTS=--enable-loadable-sqlite-extensions"
        ) from None
    enable(True)
    try:
        connection.load_extension(loadable_path())
    finally:
        enable(False)
