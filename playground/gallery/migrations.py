"""The index's tables, as numbered steps. ``PRAGMA user_version`` says which of them a database has taken."""

from __future__ import annotations

import sqlite3

from playground.errors import GalleryError

FIRST = (
    """CREATE TABLE results (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        owner TEXT NOT NULL,
        made_at REAL NOT NULL,
        whole INTEGER NOT NULL DEFAULT 0,
        family TEXT NOT NULL DEFAULT '',
        checkpoint TEXT NOT NULL DEFAULT '',
        words TEXT NOT NULL DEFAULT '',
        record TEXT NOT NULL DEFAULT '',
        size INTEGER NOT NULL DEFAULT 0,
        favourite INTEGER NOT NULL DEFAULT 0,
        deleted_at REAL
    )""",
    """CREATE TABLE files (
        result INTEGER NOT NULL REFERENCES results (number) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        path TEXT NOT NULL,
        seed INTEGER,
        size INTEGER NOT NULL,
        PRIMARY KEY (result, position)
    ) WITHOUT ROWID""",
    "CREATE TABLE removals (owner TEXT PRIMARY KEY, results INTEGER NOT NULL) WITHOUT ROWID",
    # Listing and counting never read the long records.
    "CREATE INDEX newest ON results (owner, made_at DESC, number DESC) WHERE whole = 1 AND deleted_at IS NULL",
    "CREATE INDEX newest_of_all ON results (made_at DESC, number DESC) WHERE whole = 1 AND deleted_at IS NULL",
    """CREATE INDEX kinds ON results (owner, family, checkpoint, whole, deleted_at)
    WHERE whole = 1 AND deleted_at IS NULL""",
    "CREATE INDEX oldest ON results (favourite, made_at, size)",
    "CREATE INDEX sizes ON results (size)",
)
# Trigrams find parts of words in any script. A SQLite without them searches with LIKE alone.
SEARCH = (
    "CREATE VIRTUAL TABLE search USING fts5 (words, content='results', content_rowid='number', tokenize='trigram')",
    """CREATE TRIGGER words_come AFTER INSERT ON results BEGIN
        INSERT INTO search (rowid, words) VALUES (new.number, new.words); END""",
    """CREATE TRIGGER words_go AFTER DELETE ON results BEGIN
        INSERT INTO search (search, rowid, words) VALUES ('delete', old.number, old.words); END""",
    """CREATE TRIGGER words_change AFTER UPDATE OF words ON results BEGIN
        INSERT INTO search (search, rowid, words) VALUES ('delete', old.number, old.words);
        INSERT INTO search (rowid, words) VALUES (new.number, new.words); END""",
)
# How many results each owner sees of each kind, kept by the database itself: counting ten thousand when the gallery
# opens would take longer than all the rest.
TALLIES = (
    """CREATE TABLE tallies (
        owner TEXT NOT NULL, family TEXT NOT NULL, checkpoint TEXT NOT NULL, results INTEGER NOT NULL,
        PRIMARY KEY (owner, family, checkpoint)
    ) WITHOUT ROWID""",
    """INSERT INTO tallies SELECT owner, family, checkpoint, count(*) FROM results
    WHERE whole = 1 AND deleted_at IS NULL GROUP BY owner, family, checkpoint""",
    """CREATE TRIGGER tally_new AFTER INSERT ON results WHEN new.whole = 1 AND new.deleted_at IS NULL BEGIN
        INSERT INTO tallies VALUES (new.owner, new.family, new.checkpoint, 1)
        ON CONFLICT (owner, family, checkpoint) DO UPDATE SET results = results + 1; END""",
    """CREATE TRIGGER tally_gone AFTER DELETE ON results WHEN old.whole = 1 AND old.deleted_at IS NULL BEGIN
        UPDATE tallies SET results = results - 1
        WHERE owner = old.owner AND family = old.family AND checkpoint = old.checkpoint; END""",
    """CREATE TRIGGER tally_changed AFTER UPDATE OF owner, family, checkpoint, whole, deleted_at ON results BEGIN
        UPDATE tallies SET results = results - (old.whole = 1 AND old.deleted_at IS NULL)
        WHERE owner = old.owner AND family = old.family AND checkpoint = old.checkpoint;
        INSERT INTO tallies VALUES (
            new.owner, new.family, new.checkpoint, new.whole = 1 AND new.deleted_at IS NULL
        ) ON CONFLICT (owner, family, checkpoint) DO UPDATE SET results = results + excluded.results; END""",
    "DROP INDEX kinds",
)
# What a result was varied from, and whether it is a cell that nobody has opened: the history shows the others.
HISTORY = (
    "ALTER TABLE results ADD COLUMN parent TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE results ADD COLUMN aside INTEGER NOT NULL DEFAULT 0",
    """CREATE INDEX lately ON results (owner, family, made_at DESC, number DESC)
    WHERE whole = 1 AND deleted_at IS NULL AND aside = 0""",
)
# Where a result lies in the space of pictures and words, as float16; empty for what cannot be looked at.
MEANING = (
    """CREATE TABLE directions (
        result INTEGER PRIMARY KEY REFERENCES results (number) ON DELETE CASCADE,
        revision TEXT NOT NULL,
        direction BLOB NOT NULL
    )""",
)
# Jobs that were accepted and whose results are not there yet: taken up again after a restart.
PROMISES = (
    """CREATE TABLE promises (
        number INTEGER PRIMARY KEY, result TEXT NOT NULL UNIQUE, job TEXT NOT NULL, app TEXT NOT NULL,
        owner TEXT NOT NULL, task TEXT NOT NULL, checkpoint TEXT NOT NULL, request TEXT NOT NULL, parent TEXT NOT NULL
    )""",
)
# Grids that are on their way: taken up again after a restart, without what was left out. Their results' names follow
# from the secret, so that those which are there are found.
GRIDS = (
    """CREATE TABLE grids (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, app TEXT NOT NULL, owner TEXT NOT NULL,
        parent TEXT NOT NULL, language TEXT NOT NULL, written TEXT NOT NULL, plan TEXT NOT NULL
    )""",
    """CREATE TABLE left_out (
        grid TEXT NOT NULL REFERENCES grids (id) ON DELETE CASCADE,
        cell INTEGER NOT NULL, en TEXT NOT NULL, zh TEXT NOT NULL, PRIMARY KEY (grid, cell)
    ) WITHOUT ROWID""",
    "CREATE TABLE secrets (secret BLOB NOT NULL)",
    "INSERT INTO secrets VALUES (randomblob(32))",
)
MIGRATIONS = (FIRST, TALLIES, HISTORY, MEANING, PROMISES, GRIDS)
LATEST = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection, place: str) -> None:
    """Bring a database to the latest version, each step whole or not at all.

    Args:
        connection: In autocommit mode.
        place: The database's name for the sentence.

    Raises:
        GalleryError: A newer playground wrote it.
    """
    while (version := _version(connection)) != LATEST:
        if version > LATEST:
            raise GalleryError(
                f"The gallery's index {place} is of a newer playground (version {version}; this one reads up to "
                f"{LATEST}). Update the playground, or start with another --outputs folder.",
                f"图库索引 {place} 由更新版本的应用写入（版本 {version}，当前最高可读 {LATEST}）。"
                "请更新应用，或用 --outputs 换一个文件夹启动。",
            )
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _version(connection) == version:  # another thread may have been quicker
                for statement in MIGRATIONS[version]:
                    connection.execute(statement)
                if version == 0 and knows_trigrams(connection):
                    for statement in SEARCH:
                        connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def knows_trigrams(connection: sqlite3.Connection) -> bool:
    """Tell whether this SQLite can search parts of words by an index."""
    try:
        connection.execute("CREATE VIRTUAL TABLE temp.probe USING fts5 (words, tokenize='trigram')")
        connection.execute("DROP TABLE temp.probe")
    except sqlite3.OperationalError:
        return False
    return True


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
