"""Tests of the job on a real driver and two executors in processes of their own (docs/scale.md).

    python -m unittest discover scale
    GAVE_SCALE=1 python -m unittest discover scale    # the long form: a million interactions
"""

import atexit
import contextlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as dataset
import pyarrow.parquet as pq

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import organisation  # noqa: E402
import ties  # noqa: E402

LONG = bool(os.environ.get("GAVE_SCALE"))
BIN = os.environ.get("GAVE_BIN", os.path.join(HERE, "..", "bin"))
LAB, GAVE = os.path.join(BIN, "gave-lab"), os.path.join(BIN, "gave")
NOW = "2026-01-01T00:00:00Z"
KEY = ["owner", "person", "other"]
VALUES = ["intensity", "sent", "received", "peak", "as_of", "last_interaction", "first_contact", "interactions"]


spark = None


def setUpModule():
    """One session for all tests. Their runs are short: compilers of Java that think long would cost more than they save."""
    global spark
    if spark:
        return
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    quick = {} if LONG else {
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1", "spark.executor.extraJavaOptions":
        "-XX:TieredStopAtLevel=1", "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }
    spark = ties.session("local-cluster[2,1,2048]", {
        "spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2",
        "spark.executor.memory": "1g", "spark.ui.showConsoleProgress": "false", **quick,
    })
    spark.sparkContext.setLogLevel("OFF")
    atexit.register(spark.stop)


def load(path):
    """Ties in the order of owner and people, floating-point numbers as their bits."""
    table = dataset.dataset(path).to_table(columns=KEY + VALUES).combine_chunks().sort_by([(c, "ascending") for c in KEY])
    out = {}
    for name in KEY + VALUES:
        column = table[name].combine_chunks()
        out[name] = (column.to_numpy().view(np.int64).tolist() if pa.types.is_float64(column.type) else column.to_pylist())
    return out


def interaction(key, at, people, medium="mail", size=None, owner=1, visibility="space", roles=None):
    roles = roles or ["from"] + ["to"] * len(people)
    return {
        "id": key if isinstance(key, bytes) else bytes([9] * 8) + key.to_bytes(8, "big"),
        "owner": person(owner), "visibility": visibility, "medium": medium, "time": at,
        "people": len(people) if size is None else size,
        "participants": [{"person": p if isinstance(p, bytes) else person(p), "role": r}
                         for p, r in zip(people, roles)],
    }


def person(n):
    return bytes([1] * 15) + bytes([n])


SCHEMA = pa.schema([
    ("id", pa.binary()), ("owner", pa.binary()), ("visibility", pa.string()), ("medium", pa.string()),
    ("time", pa.timestamp("us", "UTC")), ("people", pa.int32()),
    ("participants", pa.list_(pa.struct([("person", pa.binary()), ("role", pa.string())]))),
])
DAY = 86_400_000_000
BEGIN = 1_700_000_000_000_000


class OnSpark(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="gave-scale-")
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def write(self, name, rows, schema=SCHEMA):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), self.path(name))
        return self.path(name)

    def people(self, *numbers, merged=()):
        merged = dict(merged)
        rows = [{"id": person(n), "merged": person(merged[n]) if n in merged else None, "name": f"P{n}"} for n in numbers]
        return self.write("people.parquet", rows, pa.schema([
            ("id", pa.binary()), ("merged", pa.binary()), ("name", pa.string())]))

    def derive(self, *inputs, out="ties", people=None, expect=0, **flags):
        arguments = ["--gave-lab", LAB, "--people", people or self.path("people.parquet"), "--out", self.path(out),
                     "--now", NOW, "--partitions", "2"]
        for name, value in flags.items():
            arguments += ["--" + name.replace("_", "-")] + ([] if value is True else [value])
        printed, complaint = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complaint):
            code = ties.main(arguments + list(inputs), spark)
        self.assertEqual(code, expect, complaint.getvalue() + printed.getvalue())
        return json.loads(printed.getvalue()) if printed.getvalue() else complaint.getvalue()

    def rebuilt(self, people, interactions, name="rebuilt"):
        """The ties that the product derives of the same files in a database of its own."""
        os.makedirs(self.path(name), exist_ok=True)
        shutil.copy(people, self.path(name, "people.parquet"))
        table = dataset.dataset(interactions).to_table().sort_by("id")
        pq.write_table(table, self.path(name, "interactions.parquet"))
        subprocess.run([LAB, "rebuild", self.path(name), self.path(name, "ties.parquet"), "--now", NOW], check=True,
                       capture_output=True)
        return self.path(name, "ties.parquet")

    def assertSame(self, got, want):
        got, want = load(got), load(want)
        self.assertGreater(len(want["owner"]), 0)
        for name in KEY + VALUES:
            self.assertEqual(got[name], want[name], name)


class Equality(OnSpark):
    def test_the_ties_are_those_of_one_database(self):
        count = 1_000_000 if LONG else 20_000
        organisation.make(self.path("org"), count // 25, count, processes=1)
        people, evidence = self.path("org", "people.parquet"), self.path("org", "interactions")
        told = self.derive(evidence, people=people)
        self.assertSame(self.path("ties"), self.rebuilt(people, evidence))
        self.assertGreater(told["twice"], 0, "the world has people with two records who meet themselves")
        self.assertFalse(os.path.exists(self.path("ties.part")), "something was left behind")

    def test_an_export_gives_the_ties_that_the_space_has(self):
        world, data = self.path("world"), self.path("data")

        def run(*words):
            done = subprocess.run(words, capture_output=True, text=True)
            self.assertIn(done.returncode, (0, 3), done.stderr)  # 3: done, some records rejected

        run(LAB, "world", world, "--people", "40", "--years", "2", "--end", "2025-11-23")
        run(GAVE, "--data", data, "import", os.path.join(world, "files"))
        run(GAVE, "--data", data, "export", "--parquet", self.path("export"))
        self.derive(self.path("export", "interactions.parquet"), people=self.path("export", "people.parquet"), names=True)
        self.assertSame(self.path("ties"), self.path("export", "ties.parquet"))
        # And another Gave that takes them in has these ties, of people who are called so.
        other = self.path("other")
        run(GAVE, "--data", other, "import", self.path("ties"))
        run(GAVE, "--data", other, "export", "--parquet", self.path("back"))

        def said(path):
            columns = ["intensity", "peak", "as_of", "first_contact", "interactions"]
            rows = dataset.dataset(path).to_table().to_pylist()
            return sorted((sorted((r[f"{end}_name"] or "", r[f"{end}_address"] or "") for end in ("person", "other")),
                           *(r[c] for c in columns)) for r in rows)

        self.assertEqual(said(self.path("back", "ties.parquet")), said(self.path("ties")))


class Days(OnSpark):
    def test_a_day_onto_yesterday_is_all_at_once(self):
        organisation.make(self.path("org"), 500, 6000, processes=1)
        people = self.path("org", "people.parquet")
        table = dataset.dataset(self.path("org", "interactions")).to_table()
        cut = pc.quantile(table["time"].cast(pa.int64()), .8)[0].as_py()
        before = pc.less(table["time"].cast(pa.int64()), cut)
        os.makedirs(self.path("all"))
        pq.write_table(table.filter(before), self.path("all", "before.parquet"))
        pq.write_table(table.filter(pc.invert(before)), self.path("all", "after.parquet"))
        self.derive(self.path("all", "before.parquet"), people=people, out="yesterday")
        told = self.derive(self.path("all", "after.parquet"), people=people, out="today",
                           states=self.path("yesterday"))
        self.assertEqual(told["derived_again"], 0)
        self.derive(self.path("all"), people=people, out="whole")
        self.assertSame(self.path("today"), self.path("whole"))

        # A mail that comes late, and two records that were found to be one person meanwhile.
        late = table.filter(before).slice(0, 40)
        late = late.set_column(0, "id", pa.array([bytes([77] * 8) + i.to_bytes(8, "big") for i in range(40)]))
        os.makedirs(self.path("late"))
        pq.write_table(late, self.path("late", "late.parquet"))
        found = pq.read_table(people).to_pylist()
        merged = [p for p in found if p["merged"] is None]
        into = {p["merged"] for p in found if p["merged"]}
        absorbed = next(p for p in merged if p["id"] not in into)
        absorbed["merged"] = next(p["id"] for p in merged if p["id"] != absorbed["id"])
        pq.write_table(pa.Table.from_pylist(found, schema=pq.read_schema(people)), self.path("people2.parquet"))
        refused = self.derive(self.path("late"), people=self.path("people2.parquet"), out="again",
                              states=self.path("today"), expect=2)
        self.assertIn("--evidence", refused)
        self.assertFalse(os.path.exists(self.path("again")))
        told = self.derive(self.path("late"), people=self.path("people2.parquet"), out="again",
                           states=self.path("today"), evidence=self.path("all"))
        self.assertGreater(told["derived_again"], 0)
        shutil.copy(self.path("late", "late.parquet"), self.path("all"))
        self.assertSame(self.path("again"), self.rebuilt(self.path("people2.parquet"), self.path("all")))


class Killed(OnSpark):
    def test_an_executor_killed_in_the_middle_changes_nothing(self):
        organisation.make(self.path("org"), 2000, 60_000, processes=1)
        people, evidence = self.path("org", "people.parquet"), self.path("org", "interactions")
        self.derive(evidence, people=people, out="peace")
        killed = []

        def kill():
            while not killed:
                time.sleep(.05)
                found = subprocess.run(["pgrep", "-f", "CoarseGrainedExecutorBackend.*--executor-id"],
                                       capture_output=True, text=True).stdout.split()
                folding = subprocess.run(["pgrep", "-f", "gave-lab ties --now"], capture_output=True,
                                         text=True).stdout.split()
                mine = [p for p in found if os.getpid() in ancestors(int(p))]
                if folding and mine:
                    os.kill(int(mine[0]), signal.SIGKILL)
                    killed.append(mine[0])

        thread = threading.Thread(target=kill, daemon=True)
        thread.start()
        self.derive(evidence, people=people, out="war")
        self.assertTrue(killed, "no executor was killed")
        killed.append(0)
        self.assertSame(self.path("war"), self.path("peace"))


def ancestors(pid):
    out = []
    while pid > 1:
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
                pid = int(file.read().rsplit(")", 1)[1].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            break
        out.append(pid)
    return out


class BadInput(OnSpark):
    def good(self):
        return [interaction(1, BEGIN, [1, 2]), interaction(2, BEGIN + DAY, [2, 3])]

    def test_bad_records_are_told_and_good_ones_stay(self):
        self.people(1, 2, 3, 4, 5, merged={5: 4})
        self.write("good/a.parquet", self.good() + [interaction(3, BEGIN, [1, 4])])
        self.derive(self.path("good"), out="want")
        bad = [
            interaction(b"short", BEGIN, [1, 2]), {**interaction(11, BEGIN, [1, 2]), "id": None},
            {**interaction(12, BEGIN, [1, 2]), "owner": b"x"}, {**interaction(13, BEGIN, [1, 2]), "time": None},
            interaction(14, -3_000_000_000_000_000, [1, 2]), interaction(15, 9_000_000_000_000_000, [1, 2]),
            interaction(16, BEGIN, [1, 2], medium="telepathy"), {**interaction(17, BEGIN, [1]), "participants": None},
            {**interaction(18, BEGIN, [1, 2]), "participants": []}, interaction(19, BEGIN, [1, 200], size=2),
            {**interaction(20, BEGIN, [1, 2]), "medium": None},
        ]
        # None of these is wrong, and none makes another tie.
        odd = [
            interaction(3, BEGIN, [1, 4, 5], size=2), interaction(30, BEGIN, [1, 2], size=500),
            interaction(31, BEGIN, [1]), interaction(32, BEGIN, [4, 5]), interaction(33, BEGIN, [1, 2], size=0),
            interaction(34, BEGIN, [1, 2], roles=["from", "mentioned"]), interaction(35, BEGIN + 10**15, [1, 2]),
            self.good()[0],
        ]
        self.write("bad/a.parquet", self.good() + bad + odd)
        told = self.derive(self.path("bad"), expect=3)
        self.assertSame(self.path("ties"), self.path("want"))
        self.assertEqual(told["left_out"], {
            ties.REASONS[ties.NO_ID]: 2, ties.REASONS[ties.NO_OWNER_ID]: 1, ties.REASONS[ties.NO_TIME]: 3,
            ties.REASONS[ties.NO_MEDIUM]: 2, ties.REASONS[ties.NOBODY]: 2, ties.REASONS[ties.UNKNOWN]: 1,
        })
        self.assertEqual(told["future"], 1)

    def test_files_that_are_no_files_of_interactions(self):
        self.people(1, 2, 3)
        self.write("in/a.parquet", self.good())
        with open(self.write("in/cut.parquet", self.good()), "r+b") as file:
            file.truncate(os.path.getsize(self.path("in", "cut.parquet")) - 9)
        self.write("in/other.parquet", [{"id": 1}], pa.schema([("id", pa.int64())]))
        self.write("in/text.parquet", [{**i, "time": "now"} for i in self.good()],
                   SCHEMA.set(4, pa.field("time", pa.string())))
        refused = self.derive(self.path("in"), expect=2)
        for said in ("cut.parquet: this is not a whole Parquet file", "other.parquet: columns are missing: owner",
                     "text.parquet: column time is string and should be timestamp"):
            self.assertIn(said, refused)
        self.assertFalse(os.path.exists(self.path("ties")))
        told = self.derive(self.path("in"), skip_damaged=True, expect=3)
        self.assertEqual(len(told["files_left_out"]), 3)
        self.derive(self.path("in", "a.parquet"), out="want")
        self.assertSame(self.path("ties"), self.path("want"))
        self.assertIn("exists already", self.derive(self.path("in", "a.parquet"), out="want", expect=2))
        self.assertIn("it is not there", self.derive(self.path("nothing"), out="x", expect=2))
        os.makedirs(self.path("empty"))
        self.assertIn("no Parquet file", self.derive(self.path("empty"), out="x", expect=2))

    def test_a_page_that_is_damaged_ends_it_and_leaves_nothing(self):
        self.people(*range(1, 100))
        name = self.path("in.parquet")
        rows = [interaction(i, BEGIN + i, [1 + i % 50, 51 + i % 40]) for i in range(20_000)]
        pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), name, write_page_checksum=True)
        with open(name, "r+b") as file:
            file.seek(os.path.getsize(name) // 3)
            file.write(b"\xff" * 40)
        with self.assertRaises(Exception) as failed:
            self.derive(name)
        self.assertIn("in.parquet", str(failed.exception))
        self.assertFalse(os.path.exists(self.path("ties")))
        self.assertFalse(os.path.exists(self.path("ties.part")))

    def test_states_of_which_something_is_missing(self):
        self.people(1, 2, 3)
        self.write("in/a.parquet", self.good())
        self.derive(self.path("in"), out="yesterday")
        table = dataset.dataset(self.path("yesterday")).to_table()
        rows = table.to_pylist()
        rows += [{**rows[0], "intensity": float("nan")}, {**rows[0], "person": person(99)}, {**rows[0], "interactions": 0}]
        pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), self.path("states.parquet"))
        self.write("day/b.parquet", [interaction(50, BEGIN + 9 * DAY, [1, 2])])
        told = self.derive(self.path("day"), out="today", states=self.path("states.parquet"), expect=3)
        self.assertEqual(told["left_out"], {
            ties.REASONS[ties.NO_STATE]: 2, ties.REASONS[ties.UNKNOWN_STATE]: 1})
        self.derive(self.path("in"), self.path("day"), out="whole")
        self.assertSame(self.path("today"), self.path("whole"))

    def test_people_who_contradict_themselves(self):
        self.write("in/a.parquet", self.good())
        for merged, numbers, said in (({2: 9}, (1, 2, 3), "not there"), ({}, (1, 2, 3, 3), "twice"),
                                      ({1: 2, 2: 3}, (1, 2, 3), "merged")):
            self.people(*numbers, merged=merged)
            self.assertIn(said, self.derive(self.path("in"), out="x", expect=2))


class Skew(OnSpark):
    def test_a_pair_with_many_contacts(self):
        """One pair has nearly all, and its partition is larger than what Spark may hold of it."""
        count = 10_000_000 if LONG else 150_000
        self.people(1, 2, 3)
        os.makedirs(self.path("in"))
        block = 1_000_000
        for first in range(0, count, block):
            n = min(block, count - first)
            number = np.arange(first, first + n)
            key = np.zeros((n, 2), ">u8")
            key[:, 1] = number
            pairs = np.tile(np.frombuffer(person(1) + person(2), "V16"), n)
            table = pa.table({
                "id": pa.FixedSizeBinaryArray.from_buffers(
                    pa.binary(16), n, [None, pa.py_buffer(key.tobytes())]).cast(pa.binary()),
                "owner": pa.array([person(1)] * n, pa.binary()), "visibility": pa.array(["space"] * n),
                "medium": pa.array(["message"] * n),
                "time": pa.array(BEGIN + (number * 7919 % count) * 1_000_000).cast(pa.timestamp("us", "UTC")),
                "people": pa.array(np.full(n, 2, np.int32)),
                "participants": pa.ListArray.from_arrays(
                    pa.array(np.arange(0, 2 * n + 1, 2, dtype=np.int32)), pa.StructArray.from_arrays([
                        pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), 2 * n, [None, pa.py_buffer(
                            pairs.tobytes())]).cast(pa.binary()), pa.array(["from", "to"] * n)], ["person", "role"])),
            }, schema=SCHEMA)
            pq.write_table(table, self.path("in", f"{first}.parquet"))
        spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "10000")
        self.addCleanup(spark.conf.set, "spark.sql.execution.arrow.maxRecordsPerBatch", "100000")
        told = self.derive(self.path("in"))
        self.assertEqual((told["ties"], told["parts"]), (1, count))
        got = load(self.path("ties"))
        self.assertEqual(got["interactions"], [count])


if __name__ == "__main__":
    unittest.main()
