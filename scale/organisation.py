"""Makes the interactions of an organisation that does not exist, as Parquet files.

    python scale/organisation.py --people 100000 --interactions 100000000 --out organisation

People belong to teams, teams to departments. Most of what happens is within a team or between two who know each other;
few write much and many little; meetings have up to 12 people, and now and then a mail goes to hundreds, which makes no
ties. The same seed gives the same files.
"""

import argparse
import os
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

START = 1_451_606_400_000_000  # 2016-01-01
YEARS = 10 * 31_557_600_000_000
BLOCK = 500_000
MEDIA = ["mail", "message", "face", "video", "call"]
SHARES = [.62, .22, .09, .05, .02]


def ids(kind, numbers):
    """16 bytes for each number, in the order of the numbers."""
    out = np.zeros((len(numbers), 2), ">u8")
    out[:, 0] = np.uint64(kind) << np.uint64(56) | (numbers.astype(np.uint64) >> np.uint64(8))
    out[:, 1] = numbers.astype(np.uint64) * np.uint64(0x9e3779b97f4a7c15)
    out[:, 1] = numbers.astype(np.uint64) << np.uint64(56) | out[:, 1] >> np.uint64(8)
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(numbers), [None, pa.py_buffer(out.tobytes())]).cast(
        pa.binary())


def people_table(count, merged):
    number = np.arange(count)
    of = number.copy()
    of[::merged] = np.where(number[::merged] + 1 < count, number[::merged] + 1, number[::merged])  # some have two records
    same = pa.array(of == number)
    kept = ids(1, of)
    return pa.table({
        "id": ids(1, number), "merged": pa.compute.if_else(same, pa.scalar(None, pa.binary()), kept),
        "name": pa.array([f"Person {i}" for i in number]), "address": pa.array([f"p{i}@example.org" for i in number]),
    })


def block(arguments):
    people, first, n, seed, name = arguments
    random = np.random.default_rng([seed, first])
    medium = random.choice(len(MEDIA), n, p=SHARES)
    others = np.where(medium >= 2, np.minimum(1 + random.geometric(.35, n), 11), 1 + (random.random(n) < .25))
    others = np.where(medium == 0, np.minimum(random.geometric(.7, n), 6), others)
    others = np.where(medium == 1, 1, others)
    sender = (people * random.random(n) ** 2.2).astype(np.int64)  # few do much
    wide = random.random(n) < .002  # announcements
    size = 1 + others
    size[wide] = random.integers(60, 500, wide.sum())
    taking = np.where(wide, 8, size)
    row = np.repeat(np.arange(n), taking)
    place = np.arange(len(row)) - np.repeat(np.cumsum(taking) - taking, taking)
    # Whom one meets: mostly of the own team of twelve, else a lasting choice of forty, now and then anybody.
    from_ = sender[row]
    draw = random.random(len(row))
    team = from_ // 12 * 12 + random.integers(0, 12, len(row))
    circle = (from_ * 7919 + random.integers(0, 40, len(row)) ** 2 * 104_729) % people
    anybody = random.integers(0, people, len(row))
    who = np.where(draw < .55, team, np.where(draw < .97, circle, anybody)) % people
    who = np.where(place == 0, from_, who)
    role = np.where(place == 0, 0, np.where(random.random(len(row)) < .2, 2, 1))
    role = np.where(random.random(len(row)) < .004, 3, role)
    # Nobody takes part twice.
    order = np.lexsort((place, who, row))
    again = np.zeros(len(row), bool)
    again[order[1:]] = (row[order][1:] == row[order][:-1]) & (who[order][1:] == who[order][:-1])
    keep = ~again
    row, who, role = row[keep], who[keep], role[keep]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=n))]).astype(np.int32)
    at = START + (random.random(n) * YEARS).astype(np.int64)
    at = at // 60_000_000 * 60_000_000  # to the minute, so that some are of one moment
    private = random.random(n) < .1
    participants = pa.StructArray.from_arrays(
        [ids(1, who), pa.DictionaryArray.from_arrays(
            pa.array(role.astype(np.int8)), pa.array(["from", "to", "cc", "mentioned"])).cast(pa.string())],
        names=["person", "role"])
    table = pa.table({
        "id": ids(2, first + np.arange(n)), "owner": ids(1, sender % 5),
        "visibility": pa.DictionaryArray.from_arrays(
            pa.array(private.astype(np.int8)), pa.array(["space", "private"])).cast(pa.string()),
        "medium": pa.DictionaryArray.from_arrays(
            pa.array(medium.astype(np.int8)), pa.array(MEDIA)).cast(pa.string()),
        "time": pa.array(at).cast(pa.timestamp("us", "UTC")), "people": pa.array(size.astype(np.int32)),
        "participants": pa.ListArray.from_arrays(pa.array(offsets), participants),
    })
    pq.write_table(table, name + ".part", compression="snappy", row_group_size=BLOCK, write_page_checksum=True)
    os.rename(name + ".part", name)


def make(out, people, interactions, seed=1, merged=97, processes=None, one_file=False):
    folder = os.path.join(out, "interactions")
    os.makedirs(folder, exist_ok=True)
    pq.write_table(people_table(people, merged), os.path.join(out, "people.parquet"))
    jobs = [(people, first, min(BLOCK, interactions - first), seed, os.path.join(folder, f"{first:012}.parquet"))
            for first in range(0, interactions, BLOCK)]
    if one_file or len(jobs) == 1:
        for job in jobs:
            block(job)
    else:
        with ProcessPoolExecutor(processes or os.cpu_count()) as pool:
            list(pool.map(block, jobs))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make the interactions of an organisation that does not exist.")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--interactions", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", required=True)
    given = parser.parse_args()
    make(given.out, given.people, given.interactions, given.seed)
