"""Tests of who is who, on the session of test_ties."""

import contextlib
import io
import json
import os
import random
import shutil
import subprocess
import tempfile
import unittest

import pyarrow as pa
import pyarrow.dataset as dataset
import pyarrow.parquet as pq

import people
import test_ties

SCHEMA = pa.schema([("record", pa.binary()), ("name", pa.string()), ("kind", pa.string()), ("value", pa.string())])


def setUpModule():
    test_ties.setUpModule()


def row(n, name, kind, value):
    return {"record": n if isinstance(n, bytes) or n is None else n.to_bytes(16, "big"), "name": name, "kind": kind,
            "value": value}


class WhoIsWho(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="gave-scale-")
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

    def find(self, rows, expect=0):
        pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), os.path.join(self.dir, "identifiers.parquet"))
        out = os.path.join(self.dir, "people")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            code = people.main(["--gave-lab", test_ties.LAB, "--out", out, os.path.join(self.dir, "identifiers.parquet")],
                               test_ties.spark)
        self.assertEqual(code, expect, printed.getvalue())
        found = {p["id"]: p for p in dataset.dataset(out).to_table().to_pylist()}
        return found, json.loads(printed.getvalue())

    def test_components_are_all_records_at_once(self):
        """Hundreds of records that share addresses in chains give what one list of all of them gives."""
        chance = random.Random(3)
        given, family = ["Anna", "Bram", "Jan", "Joke", "A.", "J."], ["Berg", "de Vries", "Vos"]
        rows, records = [], []
        for n in range(1, 400):
            who = chance.randrange(130)
            name = "" if chance.random() < .1 else f"{given[who % 6]} {family[who % 3]}"
            identifiers = []
            for _ in range(1 + chance.randrange(3)):
                kind = chance.choice(["mail", "link", "handle", "telephone"])
                at = who if chance.random() < .9 else who + 1
                identifiers.append([kind, {
                    "mail": f"P{at}@Example.org", "link": f"https://www.linkedin.com/in/p{at}/", "handle": f"slack:T1/U{at}",
                    "telephone": f"06-1234{at % 40:04}"}[kind]])
            records.append({"id": n.to_bytes(16, "big").hex(), "name": name, "identifiers": identifiers})
            rows += [row(n, name, kind, value) for kind, value in identifiers]
        once = subprocess.run([test_ties.LAB, "records"], input=json.dumps(records), text=True, check=True,
                              capture_output=True).stdout
        want = {bytes.fromhex(r["id"]): bytes.fromhex(r["kept"]) for r in json.loads(once)}
        found, told = self.find(rows)
        self.assertEqual({key: p["merged"] or key for key, p in found.items()}, want)
        self.assertGreater(told["merged"], 100)
        self.assertEqual(told["records"], len(records))

    def test_names_keep_people_apart_and_bad_rows_are_told(self):
        found, told = self.find([
            row(1, "Jan Huis sr.", "mail", "huis@example.org"), row(2, "Jan Huis jr.", "mail", "huis@example.org"),
            row(3, "Anna Berg", "mail", "anna@example.org"), row(4, "A. Berg", "mail", " Anna@Example.ORG "),
            row(5, "Nobody", "mail", "no address"), row(None, "x", "mail", "x@example.org"), row(b"x", "x", "mail", "x@y.nl"),
            row(6, None, "pigeon", None), row(7, "Karel", None, "karel@example.org"),
        ], expect=3)
        merged = {int.from_bytes(k, "big"): p["merged"] and int.from_bytes(p["merged"], "big") for k, p in found.items()}
        self.assertEqual(merged, {1: None, 2: None, 3: None, 4: 3, 5: None, 6: None, 7: None})
        self.assertEqual(found[(4).to_bytes(16, "big")]["address"], "anna@example.org")
        self.assertEqual(told["left_out"], {"no record of 16 bytes": 2})
