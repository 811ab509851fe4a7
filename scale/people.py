"""Finds out on Apache Spark which records are of one person, before their ties are derived.

Records that share an identifier, directly or over others, are brought together by connected components, which the driver
finds in its memory (some 60 bytes for each identifier of a record); each component is piped through `gave-lab records`, which has Gave's rules on names: they may keep people apart who share an address. What is
less than certain stays apart.

    python scale/people.py --gave-lab bin/gave-lab --out people identifiers/

Identifiers are Parquet files with the columns record (16 bytes; the smaller came first), name, kind (mail, link, handle or
telephone) and value, a row for each identifier of a record. What comes out has the columns of people that ties.py reads.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading

import numpy as np
import pyarrow as pa

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import ties  # noqa: E402

IDENTIFIERS = {"record": "binary", "name": "string", "kind": "string", "value": "string"}


def piped(program, lines):
    """The lines that a program gives for lines."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([program, "records"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)
        failed = []

        def feed():
            try:
                for line in lines:
                    process.stdin.write(line.encode() + b"\n")
                process.stdin.close()
            except BaseException as error:
                failed.append(error)
                process.kill()

        feeding = threading.Thread(target=feed, daemon=True)
        feeding.start()
        try:
            yield from process.stdout
            feeding.join()
            code = process.wait()
        finally:
            process.kill()
            process.wait()
        errors.seek(0)
        if failed and not isinstance(failed[0], BrokenPipeError):
            raise failed[0]
        if code != 0:
            raise RuntimeError(f"gave-lab ended with {code}: {errors.read().decode(errors='replace')}")


def through(name, of_line, schema):
    """What mapInArrow runs: lines through gave-lab, and a batch of what of_line makes of each."""
    def run(batches):
        from pyspark import SparkFiles

        program = SparkFiles.get(name)
        if not os.access(program, os.X_OK):
            os.chmod(program, 0o755)
        lines = (line.as_py() for batch in batches for line in batch.column("line"))
        rows = []
        for line in piped(program, lines):
            rows.extend(of_line(json.loads(line)))
            if len(rows) >= 10_000:
                yield pa.RecordBatch.from_pylist(rows, schema=schema)
                rows = []
        if rows:
            yield pa.RecordBatch.from_pylist(rows, schema=schema)
    return run


def normal_rows(records):
    for record in records:
        for kind, value in record["identifiers"] or [("", "")]:
            yield {"record": bytes.fromhex(record["id"]), "name": record["name"], "kind": kind, "value": value}


def person_rows(records):
    for record in records:
        kept = record["kept"]
        yield {
            "id": bytes.fromhex(record["id"]), "merged": None if kept == record["id"] else bytes.fromhex(kept),
            "name": record["name"], "address": next((v for k, v in record["identifiers"] if k == "mail"), ""),
        }


def components(one, other, count):
    """The smallest node that each of so many nodes is connected with, directly or not."""
    label = np.arange(count)
    while True:
        least = np.minimum(label[one], label[other])
        before = label.copy()
        np.minimum.at(label, before[one], least)
        np.minimum.at(label, before[other], least)
        while True:
            further = label[label]
            if (further == label).all():
                break
            label = further
        if (label == before).all():
            return label


def run(spark, given, damaged):
    from pyspark.sql import functions as f

    context = spark.sparkContext
    for name in (__file__, ties.__file__):
        context.addPyFile(os.path.abspath(name))
    context.addFile(os.path.abspath(given.gave_lab))
    import people

    name = os.path.basename(given.gave_lab)
    files = ties.usable(given.identifiers, IDENTIFIERS, given.skip_damaged, damaged)
    rows = spark.read.parquet(*files).select(*IDENTIFIERS)
    wrong = rows.filter("record is null or length(record) != 16").count()
    rows = rows.filter("length(record) = 16").na.fill("", ["name", "kind", "value"])

    def listed(frame, *by):
        """A line for each group: its records with their identifiers, as JSON."""
        record = frame.groupBy(*by, "record").agg(
            f.max("name").alias("name"), f.collect_set(f.array("kind", "value")).alias("identifiers"))
        return record.select(*by, f.lower(f.hex("record")).alias("id"), "name", f.sort_array("identifiers").alias("identifiers"))

    line = f.to_json(f.array(f.struct("id", "name", "identifiers"))).alias("line")
    normal = pa.schema([("record", pa.binary()), ("name", pa.string()), ("kind", pa.string()), ("value", pa.string())])
    rows = listed(rows).select(line).mapInArrow(
        people.through(name, people.normal_rows, normal), "record binary, name string, kind string, value string"
    ).localCheckpoint()
    pairs = rows.filter("kind != ''").select("record", f.concat_ws(":", "kind", "value").alias("identifier")).toArrow()
    pairs = pairs.combine_chunks()
    record, identifier = (pairs[c].combine_chunks().dictionary_encode() for c in ("record", "identifier"))
    records = len(record.dictionary)
    label = components(record.indices.to_numpy(), identifier.indices.to_numpy() + records,
                       records + len(identifier.dictionary))
    found = spark.createDataFrame(pa.table({
        "record": record.dictionary.cast(pa.binary()), "component": record.dictionary.take(pa.array(label[:records]))}))
    of = rows.join(found, "record", "left").select(
        f.coalesce("component", "record").alias("component"), "record", "name", "kind", "value")
    groups = listed(of, "component").groupBy("component").agg(
        f.to_json(f.sort_array(f.collect_list(f.struct("id", "name", "identifiers")))).alias("line")).select("line")
    person = pa.schema([("id", pa.binary()), ("merged", pa.binary()), ("name", pa.string()), ("address", pa.string())])
    working = given.out.rstrip("/") + ".part"
    ties.remove(spark, working)
    try:
        groups.mapInArrow(people.through(name, people.person_rows, person),
                          "id binary, merged binary, name string, address string").write.parquet(working)
        written = spark.read.parquet(working)
        count, merged = written.count(), written.filter("merged is not null").count()
        ties.place(spark, working, given.out)
    finally:
        ties.remove(spark, working)
    return {"records": count, "merged": merged, "left_out": {"no record of 16 bytes": wrong} if wrong else {}}


def main(list_of=None, spark=None):
    parser = argparse.ArgumentParser(description="Find out which records are of one person.")
    parser.add_argument("identifiers", nargs="+", help="Parquet files of identifiers, or folders of them")
    parser.add_argument("--out", required=True, help="a new folder for the people")
    parser.add_argument("--gave-lab", default="bin/gave-lab", help="the program with the rules on names")
    parser.add_argument("--skip-damaged", action="store_true", help="leave out files that cannot be read")
    parser.add_argument("--master", help="where Spark runs, when spark-submit does not say")
    given = parser.parse_args(list_of)
    damaged = {}
    own = None
    try:
        if os.path.exists(given.out):
            raise ties.Refused(f"{given.out} exists already: nothing is written over")
        own = None if spark else ties.session(given.master)
        told = run(spark or own, given, damaged)
    except ties.Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    finally:
        if own:
            own.stop()
    print(json.dumps({**told, "files_left_out": damaged}))
    return 3 if damaged or told["left_out"] else 0


if __name__ == "__main__":
    import people

    sys.exit(people.main())
