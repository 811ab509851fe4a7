"""Writes reference.json: signed modularity by numpy on dense matrices and what igraph's spinglass finds (Traag & Bruggeman 2009), and
the frustration index by trying all camps, of Sampson's monastery (testdata/classic) and Read's tribes (the real data; only
what comes out is written).

    pip install igraph numpy && python3 reference.py ../../../../shared/data/networks > reference.json
"""
import csv, json, random, sys
from itertools import combinations
import igraph as ig
import numpy as np


def sampson(layers):
    x = np.zeros((18, 18))
    for r in csv.DictReader(open("../../testdata/classic/sampson-monastery.csv")):
        if r["layer"] in layers:
            w = float(r["weight"] or 1) * (-1 if r["sign"] == "-1" else 1)
            x[int(r["source"]) - 1, int(r["target"]) - 1] += w
    return x


def tribes():
    ids = [r["id"] for r in csv.DictReader(open(f"{sys.argv[1]}/tribes-signed/nodes.csv"))]
    x = np.zeros((len(ids), len(ids)))
    for r in csv.DictReader(open(f"{sys.argv[1]}/tribes-signed/edges.csv")):
        u, v = ids.index(r["source"]), ids.index(r["target"])
        x[u, v] = x[v, u] = float(r["sign"])
    return x


def modularity(x, of):
    p, n = np.where(x > 0, x, 0), np.where(x < 0, -x, 0)
    q = x.copy()
    for s, y in ((1, p), (-1, n)):
        if y.sum():
            q -= s * np.outer(y.sum(axis=1), y.sum(axis=0)) / y.sum()
    return float((q * (np.array(of)[:, None] == np.array(of)[None, :])).sum() / np.abs(x).sum())


def facts(x):
    both = x if (x == x.T).all() else x + x.T
    n = len(both)
    kinds = [0] * 4
    for t in combinations(range(n), 3):
        w = [both[a, b] for a, b in combinations(t, 2)]
        if all(w):
            kinds[sum(v < 0 for v in w)] += 1
    least = {}
    for name, y in (("weight", both), ("count", np.sign(both))):
        upper, best = np.triu(y, 1), None
        for low in range(0, 1 << (n - 1), 1 << 12):
            bits = np.arange(low, min(low + (1 << 12), 1 << (n - 1)))
            s = 1 - 2 * ((bits[:, None] >> np.arange(n)) & 1)
            against = (np.abs(upper).sum() - np.einsum("bi,ij,bj->b", s, upper, s)) / 2
            best = float(against.min() if best is None else min(best, against.min()))
        least[name] = best
    g = ig.Graph.Weighted_Adjacency(both.tolist(), mode="undirected", attr="weight", loops=False)
    random.seed(1)
    found = [g.community_spinglass(weights="weight", implementation="neg", spins=10, gamma=1, lambda_=1).membership for _ in range(20)]
    group = [v * 7 % 3 for v in range(n)]
    return {"negative": kinds, "frustration": least["weight"], "frustration_count": least["count"],
            "group": group, "modularity": modularity(x, group), "best": max(modularity(both, m) for m in found)}


json.dump({"tribes": facts(tribes()), "like3": facts(sampson(["like3", "dislike"])), "esteem": facts(sampson(["esteem", "desesteem"]))},
          sys.stdout, indent=0)
print()
