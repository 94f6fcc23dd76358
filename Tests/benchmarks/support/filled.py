"""A node's database with as many studies as wanted, each with every row that a real study left in it."""

import random
import re
import sqlite3
import time

from .slices import ROOT

# The order of events between two nodes: pruned once acknowledged, so they do not grow with the archive.
PASSING = {"outbox_event", "inbox_event", "inbox_cursor", "parked_event"}
STUDY = f"{ROOT}.1"
INTERVAL = 8640  # seconds between two studies: ten a day


class Table:
    def __init__(self, database, name):
        self.name = name
        self.columns = [(row[1], row[2].upper(), row[5]) for row in database.execute(f"PRAGMA table_info({name})")]
        self.references = {
            row[3]: (row[2], row[4]) for row in database.execute(f"PRAGMA foreign_key_list({name})")
        }
        self.texts = [column for column, kind, _ in self.columns if kind == "TEXT"]

    @property
    def number(self):
        """The one column that is the row's number, or `None`."""
        keys = [(column, kind) for column, kind, key in self.columns if key]
        return keys[0][0] if len(keys) == 1 and keys[0][1] == "INTEGER" else None

    def mine(self):
        """Of the study: one of its texts names it. A patient knows no study."""
        if self.name == "patient":
            return "patient_id = 'BENCH-1'"
        return " OR ".join(f"instr({column}, '{STUDY}') > 0" for column in self.texts) or "0"


class Multiplier:
    """`database`: of a node that holds the study `slices` makes, and no other."""

    def __init__(self, path):
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.create_function("later", 2, self.shifted_date, deterministic=True)
        for pragma in (
            "wal_checkpoint(TRUNCATE)", "journal_mode = OFF", "synchronous = OFF", "cache_size = -3000000",
            "foreign_keys = OFF", "temp_store = MEMORY",
        ):
            self.database.execute(f"PRAGMA {pragma}").fetchall()
        names = [
            row[0] for row in self.database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
        ]
        self.tables = [table for table in (Table(self.database, name) for name in names) if name_grows(table)]
        self.template()

    @staticmethod
    def shifted_date(date, days):
        if not date or not re.fullmatch(r"\d{8}", date):
            return date
        day = time.mktime((int(date[:4]), int(date[4:6]), int(date[6:]), 12, 0, 0, 0, 0, -1)) - days * 86400
        return time.strftime("%Y%m%d", time.localtime(day))

    def template(self):
        """The study's rows, set aside and taken out."""
        self.database.execute("ATTACH ':memory:' AS study")
        self.counts = {}
        # What a receipt batch says is signed and opaque: it is the study's when a receipt of the study is in it.
        for table in self.tables:
            rule = table.mine()
            if table.name == "receipt_batch":
                rule = f"id IN (SELECT batch FROM main.receipt WHERE instr(study_instance_uid, '{STUDY}') > 0)"
            self.database.execute(f"CREATE TABLE study.{table.name} AS SELECT * FROM main.{table.name} WHERE {rule}")
            count = self.database.execute(f"SELECT count(*) FROM study.{table.name}").fetchone()[0]
            if count:
                self.counts[table.name] = count
        self.tables = [table for table in self.tables if table.name in self.counts]
        triggers = self.database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            self.database.execute(f"DROP TRIGGER {name}")
        for table in self.tables:
            self.database.execute(f"DELETE FROM main.{table.name} WHERE rowid IN ({self.rows(table)})")
        for _, sql in triggers:
            self.database.execute(sql)
        # Above the numbers of the rows that stay, and as far apart as the study's own rows reach.
        self.strides = {
            table.name: max(
                self.database.execute(f"SELECT coalesce(max({table.number}), 0) + 1 FROM {schema}.{table.name}").fetchone()[0]
                for schema in ("study", "main"))
            for table in self.tables if table.number
        }

    def rows(self, table):
        if table.name == "receipt_batch":
            return "SELECT id FROM study.receipt_batch"
        return f"SELECT rowid FROM main.{table.name} WHERE {table.mine()}"

    @property
    def images(self):
        return self.counts["sop_instance"]

    def expression(self, table, column, kind, key):
        """What stands in this column of study :k, whose UID is :study."""
        if column == table.number:
            return f"{column} + :k * {self.strides[table.name]}"
        if column in table.references and table.references[column][0] in self.strides:
            return f"{column} + :k * {self.strides[table.references[column][0]]}"
        if kind == "TEXT":
            named = f"replace({column}, '{STUDY}', :study)"
            if column in ("patient_id", "accession_number"):
                return f"{column} || :k"
            if "instance" in column:
                # What the node made itself, such as reports, has UIDs that say nothing of the study.
                return f"CASE WHEN instr({column}, '{STUDY}') > 0 THEN {named} ELSE {column} || '.' || :k END"
            if column.endswith("_date"):
                return f"later({column}, :days)"
            if column == "path":
                # studies/ab/UID/…: the two digits are a hash of the study's UID.
                return f"substr({named}, 1, 8) || printf('%02x', :k * 97 % 256) || substr({named}, 11)"
            if column == "signature" or column == "task_id" or (column == "id" and key):
                return f"substr({column}, 1, length({column}) - 8) || printf('%08x', :k)"
            return named
        if re.search(r"(^|_)(at|since|until)$", column):
            # Microseconds, milliseconds or seconds, whichever it is.
            return (
                f"CASE WHEN {column} > 100000000000000 THEN {column} - :seconds * 1000000 "
                f"WHEN {column} > 100000000000 THEN {column} - :seconds * 1000 "
                f"WHEN {column} > 1000000000 THEN {column} - :seconds ELSE {column} END")
        return column

    def fill(self, instances, progress, interval=INTERVAL):
        """Whole studies until there are at least so many instances; the oldest first, `interval` seconds apart."""
        studies = -(-instances // self.images)
        statements = []
        for table in self.tables:
            columns = ", ".join(column for column, _, _ in table.columns)
            values = ", ".join(self.expression(table, *column) for column in table.columns)
            statements.append(f"INSERT INTO main.{table.name} ({columns}) SELECT {values} FROM study.{table.name}")
        # Scanners of different makers: UIDs of neighbouring studies are no neighbours in an index.
        randomness = random.Random(2)
        self.database.execute("BEGIN")
        for number in range(1, studies + 1):
            age = round((studies + 1 - number) * interval)
            values = {
                "k": number, "study": f"1.2.840.{randomness.randrange(10**6, 10**7)}.{randomness.randrange(10**9)}.{number}",
                "seconds": age, "days": age / 86400,
            }
            for statement in statements:
                self.database.execute(
                    statement, {name: value for name, value in values.items() if f":{name}" in statement})
            if number % 250 == 0:
                progress(f"{number * self.images} instances")
        self.database.execute("COMMIT")
        return studies * self.images

    def close(self):
        """A filling that broke its own rules would measure something else."""
        broken = self.database.execute("PRAGMA foreign_key_check").fetchmany(3)
        if broken:
            raise SystemExit(f"the filled database refers to rows that are not there: {broken}")
        self.database.execute("DETACH study")
        self.database.execute("PRAGMA journal_mode = WAL").fetchall()
        self.database.close()


def name_grows(table):
    return table.name not in PASSING
