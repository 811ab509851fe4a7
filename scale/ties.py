"""Derives ties from interactions on Apache Spark.

Spark brings the parts of interactions together by pair and in order of time; each partition is piped through
`gave-lab ties`, which calls Gave's own code, so that the result equals that of one machine to the last bit. Interactions,
people and ties are Parquet files with the columns of internal/parquetfile (docs/scale.md).

    python scale/ties.py --gave-lab bin/gave-lab --people people.parquet --out ties interactions/

Exit codes: 0 all was taken in; 1 something failed, and nothing was written; 2 wrong use or input; 3 the ties were written,
and some records or files were left out, which is told.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import datetime, timezone

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

INTERACTIONS = {
    "id": "binary", "owner": "binary", "visibility": "string", "medium": "string", "time": "timestamp",
    "people": "int", "participants": "list",
}
PEOPLE = {"id": "binary"}
STATES = {
    "owner": "binary", "person": "binary", "other": "binary", "intensity": "double", "sent": "double",
    "received": "double", "peak": "double", "as_of": "timestamp", "last_interaction": "binary",
    "first_contact": "timestamp", "interactions": "int",
}
ROLES = ["from", "to", "cc", "mentioned"]
EARLIEST = int(datetime(1900, 1, 1, tzinfo=timezone.utc).timestamp()) * 1_000_000
LATEST = int(datetime(2200, 12, 31, tzinfo=timezone.utc).timestamp()) * 1_000_000
SIGN = np.uint64(1 << 63)  # ids sort as unsigned numbers, columns of Spark as signed ones
NO_OWNER = b"\0" * 16
FIRST = np.iinfo(np.int64).min  # where the state of a tie stands among its evidence

# What a row of parts says beside the parts of interactions: owner -1, and what and how many in pair and time.
REASONS = [
    "no id of 16 bytes", "no owner of 16 bytes", "no time from 1900 to 2200", "a medium that is not known",
    "nobody took part", "more took part than a meeting has", "a participant who is not among the people",
    "a state of which something is missing", "a state of somebody who is not among the people",
]
NO_ID, NO_OWNER_ID, NO_TIME, NO_MEDIUM, NOBODY, TOO_MANY, UNKNOWN, NO_STATE, UNKNOWN_STATE = range(len(REASONS))

PART = np.dtype([
    ("pair", "<u8"), ("time", "<i8"), ("hi", ">u8"), ("lo", ">u8"), ("owner", "<u4"), ("people", "<u4"),
    ("medium", "u1"), ("first", "u1"), ("second", "u1"), ("kind", "u1"), ("reserved", "<u4"),
])
TIE = np.dtype([
    ("pair", "<u8"), ("owner", "<u4"), ("flags", "<u4"), ("intensity", "<f8"), ("sent", "<f8"), ("received", "<f8"),
    ("peak", "<f8"), ("as_of", "<i8"), ("last_interaction", "V16"), ("first_contact", "<i8"),
    ("interactions", "<i8"), ("reserved", "<u8"),
])
STATE = np.dtype([
    ("as_of", "<i8"), ("last", "V16"), ("numbers", "<f8", 4), ("first", "<i8"), ("contacts", "<i8"), ("kind", "<i8")])
COUNTS = ["ties", "parts", "twice", "future", "late"]
LATE, END = 1, 2
IS_TIE, IS_LATE, IS_COUNT, IS_REJECT = range(4)


class Refused(Exception):
    """What is wrong with the input, in words."""


class People:
    """Who there is: the records in the order of their ids, and the number of the person whom each stands for.

    Numbers grow with the ids of those who stand for themselves, so that the smaller number has the smaller id.
    """

    def __init__(self, table):
        ids = table.column("id").combine_chunks().cast(pa.binary())
        merged = ids
        if "merged" in table.column_names:
            merged = table.column("merged").combine_chunks().cast(pa.binary())
            merged = pc.if_else(pc.fill_null(pc.equal(pc.binary_length(merged), 16), False), merged, ids)
        if pc.any(pc.fill_null(pc.not_equal(pc.binary_length(ids), 16), True)).as_py():
            raise Refused("people: an id has no 16 bytes")
        if pc.count_distinct(ids).as_py() != len(ids):
            raise Refused("people: an id is there twice")
        self.records = ids
        self.kept = pc.unique(merged).take(pc.sort_indices(pc.unique(merged)))
        numbers = pc.index_in(merged, value_set=self.kept)
        self.numbers = numbers.to_numpy(zero_copy_only=False).astype(np.int64)
        at = pc.index_in(self.kept, value_set=ids)
        if at.null_count:
            raise Refused("people: a record is merged into one that is not there")
        if (self.numbers[at.to_numpy()] != np.arange(len(self.kept))).any():
            raise Refused("people: a record is merged into one that is merged itself")
        self.names = {}
        for column in ("name", "address"):
            if column in table.column_names:
                self.names[column] = table.column(column).combine_chunks().take(at)

    def numbers_of(self, ids):
        """The number of each person, -1 for who is not known."""
        at = pc.fill_null(pc.index_in(ids, value_set=self.records), -1).to_numpy(zero_copy_only=False)
        return np.where(at >= 0, self.numbers[at], -1)


def words(ids):
    """The upper and lower half of ids of 16 bytes, as numbers that sort as they do when they are unsigned."""
    if len(ids) == 0:
        return np.empty(0, np.uint64), np.empty(0, np.uint64)
    both = np.frombuffer(b"".join(ids.to_pylist()) if ids.null_count or ids.offset else
                         memoryview(ids.buffers()[2])[:16 * len(ids)], dtype=">u8").reshape(-1, 2)
    return both[:, 0].astype(np.uint64), both[:, 1].astype(np.uint64)


def sixteen(column):
    return pc.fill_null(pc.equal(pc.binary_length(column), 16), False).to_numpy(zero_copy_only=False)


def micros(column):
    """Times as microseconds, and which there are."""
    there = column.is_valid().to_numpy(zero_copy_only=False)
    at = pc.fill_null(column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64()), 0)
    return at.to_numpy(zero_copy_only=False), there


class Exploding:
    """Makes the parts of interactions in the ties of pairs of people, some thousands of interactions at a time."""

    def __init__(self, people, owners, media, only=None, states=False):
        self.people, self.only, self.states = people, only, states
        self.owners = pa.array([NO_OWNER] + owners, pa.binary())
        self.media = pa.array([m["medium"] for m in media])
        self.most = np.array([m["most"] for m in media])

    def parts(self, batch):
        count = Counter()
        batch = pa.RecordBatch.from_arrays(
            [c.cast(pa.binary()) if pa.types.is_large_binary(c.type) else c for c in batch.columns],
            names=batch.schema.names)
        reason = np.full(batch.num_rows, -1, np.int8)

        def reject(which, code):
            reason[(reason < 0) & which] = code

        reject(~sixteen(batch.column("id")), NO_ID)
        reject(~sixteen(batch.column("owner")), NO_OWNER_ID)
        at, there = micros(batch.column("time"))
        reject(~there | (at < EARLIEST) | (at > LATEST), NO_TIME)
        medium = pc.fill_null(pc.index_in(batch.column("medium"), value_set=self.media), -1)
        medium = medium.to_numpy(zero_copy_only=False)
        reject(medium < 0, NO_MEDIUM)
        size = pc.fill_null(batch.column("people").cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
        lengths = pc.fill_null(pc.list_value_length(batch.column("participants")), 0)
        lengths = lengths.to_numpy(zero_copy_only=False)
        reject(lengths == 0, NOBODY)
        for code, n in zip(*np.unique(reason[reason >= 0], return_counts=True)):
            count[int(code)] += int(n)
        counts = (reason < 0) & (size >= 2) & (size <= self.most[medium])
        batch = batch.filter(pa.array(counts))
        at, medium, size, lengths = at[counts], medium[counts], size[counts], lengths[counts]

        inside = batch.column("participants").flatten()
        person = self.people.numbers_of(inside.field("person"))
        role = pc.fill_null(pc.index_in(inside.field("role"), value_set=pa.array(ROLES)), 1)
        role = role.to_numpy(zero_copy_only=False)
        row = np.repeat(np.arange(batch.num_rows), lengths)
        count[UNKNOWN] += int((person < 0).sum())
        present = (person >= 0) & (role < 3)
        person, role, row = person[present], role[present], row[present]
        taking = np.bincount(row, minlength=batch.num_rows)
        large = taking > self.most.max()
        count[TOO_MANY] += int(large.sum())
        start = np.concatenate([[0], np.cumsum(taking)[:-1]]) if len(taking) else taking
        one, other = [], []
        for k in np.unique(taking[(taking >= 2) & ~large]):
            begin = start[taking == k][:, None]
            i, j = np.triu_indices(k, 1)
            one.append((begin + i).ravel())
            other.append((begin + j).ravel())
        one = np.concatenate(one) if one else np.empty(0, np.int64)
        other = np.concatenate(other) if other else np.empty(0, np.int64)
        swap = person[one] > person[other]
        one, other = np.where(swap, other, one), np.where(swap, one, other)
        two = person[one] != person[other]  # two records of one person are one participant
        one, other = one[two], other[two]
        of = row[one]
        hi, lo = words(batch.column("id"))
        private = pc.fill_null(pc.equal(batch.column("visibility"), "private"), True).to_numpy(zero_copy_only=False)
        whose = pc.fill_null(pc.index_in(batch.column("owner"), value_set=self.owners), 0)
        owner = np.where(private, whose.to_numpy(zero_copy_only=False), 0)
        columns = {
            "owner": owner[of].astype(np.int32),
            "pair": person[one] << 32 | person[other],
            "time": at[of],
            "hi": (hi ^ SIGN).view(np.int64)[of],
            "lo": (lo ^ SIGN).view(np.int64)[of],
            "rest": size[of] << 32 | medium[of].astype(np.int64) << 16 | role[one].astype(np.int64) << 8 | role[other],
        }
        return self.batch(columns, count)

    def batch(self, columns, count, state=None):
        if self.only is not None:
            keep = np.zeros(len(columns["pair"]), bool)
            for owner, pairs in self.only.items():
                keep |= (columns["owner"] == owner) & np.isin(columns["pair"], pairs)
            columns = {name: values[keep] for name, values in columns.items()}
        for code, n in count.items():
            if n:
                columns["owner"] = np.append(columns["owner"], np.int32(-1))
                columns["pair"] = np.append(columns["pair"], np.int64(code))
                columns["time"] = np.append(columns["time"], np.int64(n))
                for name in ("hi", "lo", "rest"):
                    columns[name] = np.append(columns[name], np.int64(0))
        n = len(columns["pair"])
        arrays = [pa.array(columns[c]) for c in ("owner", "pair", "time", "hi", "lo", "rest")]
        names = ["owner", "pair", "time", "hi", "lo", "rest"]
        if self.states:
            if state is None:
                state = pa.nulls(0, pa.binary())
            arrays.append(pa.concat_arrays([state, pa.nulls(n - len(state), pa.binary())]))
            names.append("state")
        return pa.RecordBatch.from_arrays(arrays, names=names)

    def state_parts(self, batch):
        """The ties of yesterday, as rows that stand before their evidence."""
        count = Counter()
        good = np.ones(batch.num_rows, bool)
        for column in ("owner", "person", "other", "last_interaction"):
            good &= sixteen(batch.column(column))
        for column in ("intensity", "sent", "received", "peak"):
            values = pc.fill_null(batch.column(column), float("nan")).to_numpy(zero_copy_only=False)
            good &= np.isfinite(values) & (values >= 0)
        as_of, there = micros(batch.column("as_of"))
        first, also = micros(batch.column("first_contact"))
        contacts = pc.fill_null(batch.column("interactions").cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
        good &= there & also & (contacts >= 1) & (first <= as_of)
        count[NO_STATE] += int((~good).sum())
        one = self.people.numbers_of(batch.column("person").cast(pa.binary()))
        other = self.people.numbers_of(batch.column("other").cast(pa.binary()))
        known = (one >= 0) & (other >= 0)
        count[UNKNOWN_STATE] += int((good & ~known).sum())
        keep = good & known & (one != other)
        batch = batch.filter(pa.array(keep))
        one, other, as_of, first, contacts = one[keep], other[keep], as_of[keep], first[keep], contacts[keep]
        # A record that was merged since has other evidence beside it: that tie is derived from all of it again.
        whole = np.ones(len(one), bool)
        for column, number in (("person", one), ("other", other)):
            kept = self.people.kept.take(pa.array(number))
            whole &= pc.equal(kept, batch.column(column).cast(pa.binary())).to_numpy(zero_copy_only=False)
        swap = one > other
        low, high = np.where(swap, other, one), np.where(swap, one, other)
        packed = np.zeros(len(one), STATE)
        packed["as_of"], packed["first"], packed["contacts"] = as_of, first, contacts
        packed["kind"] = np.where(whole, 1, 2)
        if len(one):
            packed["last"] = np.frombuffer(b"".join(batch.column("last_interaction").to_pylist()), "V16")
        for i, column in enumerate(("intensity", "sent", "received", "peak")):
            packed["numbers"][:, i] = batch.column(column).to_numpy(zero_copy_only=False)
        sent = packed["numbers"][:, 1].copy()
        packed["numbers"][swap, 1] = packed["numbers"][swap, 2]
        packed["numbers"][swap, 2] = sent[swap]
        whose = pc.fill_null(pc.index_in(batch.column("owner").cast(pa.binary()), value_set=self.owners), 0)
        columns = {
            "owner": whose.to_numpy(zero_copy_only=False).astype(np.int32), "pair": low << 32 | high,
            "time": np.full(len(one), FIRST), "hi": np.zeros(len(one), np.int64), "lo": np.zeros(len(one), np.int64),
            "rest": np.zeros(len(one), np.int64),
        }
        state = pa.array([p.tobytes() for p in packed], pa.binary())
        return self.batch(columns, count, state)


def records(batch):
    """The rows of sorted parts as gave-lab reads them."""
    number = {n: batch.column(n).to_numpy() for n in ("owner", "pair", "time", "hi", "lo", "rest")}
    keep = number["owner"] >= 0
    state = np.zeros(len(keep), bool)
    packed = np.empty(0, STATE)
    if "state" in batch.schema.names:
        column = batch.column("state")
        state = column.is_valid().to_numpy(zero_copy_only=False)
        packed = np.frombuffer(b"".join(column.drop_null().to_pylist()), STATE)
    length = np.where(keep, 1 + state, 0)
    place = np.cumsum(length)
    out = np.zeros(int(place[-1]) if len(place) else 0, PART)
    at = (place - length)[keep]
    row = np.zeros(len(at), PART)
    rest = number["rest"][keep]
    row["pair"], row["owner"], row["time"] = number["pair"][keep], number["owner"][keep], number["time"][keep]
    row["hi"], row["lo"] = number["hi"].view(np.uint64)[keep] ^ SIGN, number["lo"].view(np.uint64)[keep] ^ SIGN
    row["people"], row["medium"] = rest >> 32, rest >> 16 & 0xff
    row["first"], row["second"] = rest >> 8 & 0xff, rest & 0xff
    states = np.flatnonzero(state[keep])
    if len(states):
        row["kind"][states] = packed["kind"]
        row["time"][states] = packed["as_of"]
        ids = np.frombuffer(packed["last"].tobytes(), ">u8").reshape(-1, 2)
        row["hi"][states], row["lo"][states] = ids[:, 0], ids[:, 1]
        more = np.zeros(len(states), np.dtype([("numbers", "<f8", 4), ("first", "<i8"), ("contacts", "<i8")]))
        more["numbers"], more["first"], more["contacts"] = packed["numbers"], packed["first"], packed["contacts"]
        out[at[states] + 1] = np.frombuffer(more.tobytes(), PART)
    out[at] = row
    return out


class Folding:
    """Pipes sorted parts through gave-lab and makes ties of what comes out."""

    def __init__(self, program, now, people, owners, names):
        self.program, self.now, self.people, self.names = program, now, people, names
        self.owners = [NO_OWNER] + owners

    def ties(self, batches):
        rejected, failed = Counter(), []
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen([self.program, "ties", "--now", self.now], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=errors)

            def feed():
                try:
                    process.stdin.write(b"GAVEtie1")
                    for batch in batches:
                        owner = batch.column("owner").to_numpy()
                        for i in np.flatnonzero(owner < 0):
                            rejected[batch.column("pair")[int(i)].as_py()] += batch.column("time")[int(i)].as_py()
                        process.stdin.write(records(batch).tobytes())
                    process.stdin.close()
                except BaseException as error:  # also when Spark stops the task
                    failed.append(error)
                    process.kill()

            feeding = threading.Thread(target=feed, daemon=True)
            feeding.start()
            ended = False
            try:
                while True:
                    block = process.stdout.read(TIE.itemsize * 20_000)
                    if not block:
                        break
                    if len(block) % TIE.itemsize:
                        raise RuntimeError("gave-lab ended within a tie")
                    rows = np.frombuffer(block, TIE)
                    if rows["flags"][-1] & END:
                        ended = True
                        counts = rows[-1:].view("<i8")[2:2 + len(COUNTS)]
                        rows = rows[:-1]
                    yield self.batch(rows)
                feeding.join()
                code = process.wait()
            finally:
                process.kill()
                process.wait()
            errors.seek(0)
            if failed and not isinstance(failed[0], BrokenPipeError):
                raise failed[0]
            if code != 0 or not ended:
                raise RuntimeError(f"gave-lab ended with {code}: {errors.read().decode(errors='replace')}")
        yield self.told(IS_COUNT, dict(zip(COUNTS, counts.tolist())))
        yield self.told(IS_REJECT, {REASONS[code]: n for code, n in rejected.items()})

    def batch(self, rows):
        one, other = (rows["pair"] >> np.uint64(32)).astype(np.int64), (rows["pair"] & np.uint64(0xffffffff)).astype(np.int64)
        people = self.people
        columns = {
            "status": pa.array((rows["flags"] & LATE).astype(np.int32)),
            "pair": pa.array(rows["pair"].astype(np.int64), mask=(rows["flags"] & LATE) == 0),  # for the job alone
            "word": pa.nulls(len(rows), pa.string()),
            "owner": pa.array(self.owners, pa.binary()).take(pa.array(rows["owner"].astype(np.int64))),
            "person": people.kept.take(pa.array(one)), "other": people.kept.take(pa.array(other)),
        }
        for name in ("intensity", "sent", "received", "peak"):
            columns[name] = pa.array(rows[name])
        columns["as_of"] = pa.array(rows["as_of"]).cast(pa.timestamp("us", "UTC"))
        columns["last_interaction"] = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(16), len(rows), [None, pa.py_buffer(rows["last_interaction"].tobytes())]).cast(pa.binary())
        columns["first_contact"] = pa.array(rows["first_contact"]).cast(pa.timestamp("us", "UTC"))
        columns["interactions"] = pa.array(rows["interactions"])
        for column in ("name", "address"):
            for end, number in (("person", one), ("other", other)):
                names = people.names.get(column) if self.names else None
                columns[f"{end}_{column}"] = (pa.nulls(len(rows), pa.string()) if names is None else
                                              names.take(pa.array(number)))
        return pa.RecordBatch.from_pydict(columns)

    def told(self, status, counts):
        rows = [(word, n) for word, n in counts.items() if n]
        out = self.batch(np.zeros(len(rows), TIE))
        out = out.set_column(0, "status", pa.array([status] * len(rows), pa.int32()))
        out = out.set_column(2, "word", pa.array([word for word, _ in rows], pa.string()))
        at = out.schema.get_field_index("interactions")
        return out.set_column(at, "interactions", pa.array([n for _, n in rows], pa.int64()))


PARTS_SCHEMA = "owner int, pair long, time long, hi long, lo long, rest long"
TIES_SCHEMA = (
    "status int, pair long, word string, owner binary, person binary, other binary, intensity double, sent double, "
    "received double, peak double, as_of timestamp, last_interaction binary, first_contact timestamp, "
    "interactions long, person_name string, other_name string, person_address string, other_address string")
TIE_COLUMNS = [
    "owner", "person", "other", "intensity", "sent", "received", "peak", "as_of", "last_interaction", "first_contact",
    "interactions", "person_name", "person_address", "other_name", "other_address"]


def files_in(paths):
    """The Parquet files at paths, which are files or folders."""
    for path in paths:
        if os.path.isdir(path):
            for folder, inside, names in os.walk(path):
                inside[:] = sorted(d for d in inside if not d.startswith(("_", ".")))
                yield from (os.path.join(folder, n) for n in sorted(names)
                            if n.endswith(".parquet") and not n.startswith(("_", ".")))
        else:
            yield path


def is_kind(field, kind):
    types = pa.types
    value = field.type
    return {
        "binary": lambda: types.is_binary(value) or types.is_large_binary(value),
        "string": lambda: types.is_string(value) or types.is_large_string(value),
        "timestamp": lambda: types.is_timestamp(value),
        "int": lambda: types.is_integer(value),
        "double": lambda: types.is_float64(value),
        "list": lambda: types.is_list(value) and types.is_struct(value.value_type) and
        {"person", "role"} <= {f.name for f in value.value_type},
    }[kind]()


def wrong_with(name, columns):
    """What is wrong with a file, in words, or nothing."""
    try:
        schema = pq.read_schema(name)
    except FileNotFoundError:
        return "it is not there"
    except (pa.ArrowInvalid, OSError) as error:
        return f"this is not a whole Parquet file ({str(error).splitlines()[0]})"
    missing = [c for c in columns if c not in schema.names]
    if missing:
        return "columns are missing: " + ", ".join(missing)
    for column, kind in columns.items():
        if not is_kind(schema.field(column), kind):
            return f"column {column} is {schema.field(column).type} and should be {kind}"
    return ""


def usable(paths, columns, skip, told):
    """The files that can be read; with skip those that cannot are told of and left out."""
    good, bad = [], {}
    for name in files_in(paths):
        wrong = wrong_with(name, columns)
        if wrong:
            bad[name] = wrong
        else:
            good.append(name)
    if bad and not skip:
        raise Refused("\n".join(f"{name}: {wrong}" for name, wrong in bad.items()) +
                      "\nNothing was read. With --skip-damaged the other files are.")
    if not good:
        raise Refused(f"no Parquet file is at {', '.join(paths)}" + "".join(f"\n{n}: {w}" for n, w in bad.items()))
    told.update(bad)
    return good


def session(master=None, settings=None):
    """A session in which ids, times and batches are as the job takes them."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("gave ties")
    if master:
        builder = builder.master(master)
    for key, value in {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
        "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
        "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.sql.maxConcurrentOutputFileWriters": "8",  # else ties are sorted once more, by what becomes of them
        "spark.hadoop.parquet.page.verify-checksum.enabled": "true",
        **(settings or {}),
    }.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def file_system(spark, name):
    """What makes a path of a name, and the file system on which it lies."""
    context = spark.sparkContext
    path = context._jvm.org.apache.hadoop.fs.Path
    return path, path(name).getFileSystem(context._jsc.hadoopConfiguration())


def remove(spark, name):
    path, system = file_system(spark, name)
    system.delete(path(name), True)


def place(spark, ready, out):
    """Gives what is ready its name, under which nothing may be yet."""
    path, system = file_system(spark, out)
    if system.exists(path(out)):
        raise Refused(f"{out} exists already: nothing is written over")
    if not system.rename(path(ready), path(out)):
        raise RuntimeError(f"{out} cannot be written")


class Job:
    """One run: what it stands on, and what it tells in the end."""

    def __init__(self, spark, arguments):
        self.spark, self.arguments = spark, arguments
        self.damaged = {}
        context = spark.sparkContext
        context.addPyFile(os.path.abspath(__file__))
        context.addFile(os.path.abspath(arguments.gave_lab))
        self.rules = json.loads(subprocess.run([arguments.gave_lab, "ties", "--rules"], check=True,
                                               capture_output=True).stdout)
        files = usable([arguments.people], PEOPLE, False, {})
        self.people = People(pa.concat_tables([pq.read_table(f) for f in files], promote_options="default"))
        self.broadcast = context.broadcast(self.people)

    def read(self, paths, columns):
        files = usable(paths, columns, self.arguments.skip_damaged, self.damaged)
        return self.spark.read.parquet(*files).select(*columns)

    def owners(self, interactions, states):
        """Whose private evidence there is, in the order of their ids."""
        of = interactions.filter("visibility is null or visibility = 'private'").select("owner")
        if states is not None:
            of = of.union(states.select("owner"))
        found = {bytes(r.owner) for r in of.distinct().collect() if r.owner is not None}
        return sorted(o for o in found if len(o) == 16 and o != NO_OWNER)

    def derive(self, interactions, states, owners, to, only=None):
        """Writes the ties of interactions after states, and what is to be told of them, each under its status."""
        import ties  # as the workers know it

        people, rules = self.broadcast, self.rules
        program, now, names = os.path.basename(self.arguments.gave_lab), self.arguments.now, self.arguments.names
        with_states = states is not None

        def explode(of_states):
            def run(batches):
                making = ties.Exploding(people.value, owners, rules, only, with_states)
                make = making.state_parts if of_states else making.parts
                for batch in batches:
                    yield make(batch)
            return run

        def fold(batches):
            from pyspark import SparkFiles
            path = SparkFiles.get(program)
            if not os.access(path, os.X_OK):
                os.chmod(path, 0o755)
            yield from ties.Folding(path, now, people.value, owners, names).ties(batches)

        schema = PARTS_SCHEMA + (", state binary" if with_states else "")
        parts = interactions.mapInArrow(explode(False), schema)
        if with_states:
            parts = parts.unionAll(states.mapInArrow(explode(True), schema))
        sorted_parts = parts.repartition(self.arguments.partitions, "pair").sortWithinPartitions(
            "pair", "owner", "time", "hi", "lo")
        sorted_parts.mapInArrow(fold, TIES_SCHEMA).write.partitionBy("status").parquet(to)

    def tell(self, path, told):
        frame = self.spark.read.parquet(path)
        for row in frame.filter(f"status >= {IS_COUNT}").groupBy("status", "word").sum("interactions").collect():
            told["counts" if row["status"] == IS_COUNT else "left_out"][row["word"]] += row["sum(interactions)"]

    def late(self, path, owners):
        """The pairs of each owner that are to be derived of all evidence."""
        rows = self.spark.read.parquet(path).filter(f"status = {IS_LATE}").select("owner", "pair").collect()
        out = {}
        for row in rows:
            out.setdefault(([NO_OWNER] + owners).index(bytes(row.owner)), []).append(row.pair)
        return {owner: np.array(sorted(pairs), np.int64) for owner, pairs in out.items()}

    def run(self):
        arguments = self.arguments
        told = {"counts": Counter(), "left_out": Counter()}
        interactions = self.read(arguments.interactions, INTERACTIONS)
        states = self.read([arguments.states], STATES) if arguments.states else None
        evidence = self.read([arguments.evidence], INTERACTIONS) if arguments.evidence else None
        owners = self.owners(interactions if evidence is None else interactions.unionByName(evidence), states)
        working = arguments.out.rstrip("/") + ".part"
        remove(self.spark, working)
        try:
            self.derive(interactions, states, owners, working + "/ties")
            self.tell(working + "/ties", told)
            late = self.late(working + "/ties", owners) if states is not None else {}
            again = sum(len(pairs) for pairs in late.values())
            parts = [working + "/ties"]
            if again:
                if evidence is None:
                    raise Refused(f"{again} ties have evidence that is older than their state, or merged people. "
                                  "Give all evidence with --evidence, and they are derived again.")
                # What is in both counts once: it has the same id.
                self.derive(evidence.unionByName(interactions), None, owners, working + "/late", late)
                parts.append(working + "/late")
            self.publish(parts, working, arguments.out)
        finally:
            remove(self.spark, working)
        told["counts"]["derived_again"] = again
        return told

    def publish(self, parts, working, out):
        """Puts what was written in its place in one step: until then nothing is there under that name."""
        path, system = file_system(self.spark, out)
        ready = working + "/ready"
        system.mkdirs(path(ready))
        for i, part in enumerate(parts):
            folder = path(f"{part}/status={IS_TIE}")
            if not system.exists(folder):
                continue
            for file in system.listStatus(folder):
                system.rename(file.getPath(), path(f"{ready}/{i}-{file.getPath().getName()}"))
        place(self.spark, ready, out)


def moment(text):
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a moment such as 2026-11-30T00:00:00Z") from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone.utc)
    return at.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def arguments(list_of=None):
    parser = argparse.ArgumentParser(description="Derive ties from interactions on Apache Spark.")
    parser.add_argument("interactions", nargs="+", help="Parquet files of interactions, or folders of them")
    parser.add_argument("--people", required=True, help="the people, a Parquet file or a folder")
    parser.add_argument("--out", required=True, help="a new folder for the ties")
    parser.add_argument("--gave-lab", default="bin/gave-lab", help="the program that derives ties")
    parser.add_argument("--now", type=moment, default=moment(datetime.now(timezone.utc).isoformat()),
                        help="evidence after this moment makes no tie yet")
    parser.add_argument("--states", help="the ties of an earlier run, to go on from")
    parser.add_argument("--evidence", help="all evidence, for ties that cannot go on from their state")
    parser.add_argument("--names", action="store_true", help="write how the people are called beside their ids")
    parser.add_argument("--skip-damaged", action="store_true", help="leave out files that cannot be read")
    parser.add_argument("--partitions", type=int, default=64, help="in how many parts the pairs are brought together")
    parser.add_argument("--master", help="where Spark runs, when spark-submit does not say")
    return parser.parse_args(list_of)


def main(list_of=None, spark=None):
    given = arguments(list_of)
    begin = time.monotonic()
    try:
        if os.path.exists(given.out):
            raise Refused(f"{given.out} exists already: nothing is written over")
        if not os.access(given.gave_lab, os.X_OK):
            raise Refused(f"{given.gave_lab} is no program: build it with make gave")
        own = None if spark else session(given.master)
        try:
            job = Job(spark or own, given)
            told = job.run()
        finally:
            if own:
                own.stop()
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    print(json.dumps({
        "seconds": round(time.monotonic() - begin, 1), **told["counts"], "left_out": told["left_out"],
        "files_left_out": job.damaged}))
    return 3 if job.damaged or told["left_out"] else 0


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import ties

    sys.exit(ties.main())
