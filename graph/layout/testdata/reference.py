"""Writes reference.json: both measures of a drawing of real networks, from their definitions, with distances by networkx.

    pip install networkx numpy && python3 reference.py ../../../../shared/data/networks > reference.json

Node i lies at (0.754877666 i² mod 1, 0.569840291 i² mod 1).
"""
import csv, gzip, json, os, sys
import networkx as nx
import numpy as np

out = {}
for name, layer in (("krackhardt-hightech", "friendship"), ("email-eu-core", "email")):
    folder = f"{sys.argv[1]}/{name}"
    number = {r["id"]: i for i, r in enumerate(csv.DictReader(open(f"{folder}/nodes.csv")))}
    path = f"{folder}/edges.csv"
    rows = open(path) if os.path.exists(path) else gzip.open(path + ".gz", "rt")
    g = nx.Graph()
    g.add_nodes_from(range(len(number)))
    for r in csv.DictReader(rows):
        if r["layer"] == layer and r["source"] != r["target"]:
            g.add_edge(number[r["source"]], number[r["target"]])
    n = len(number)
    i = np.arange(n, dtype=float)
    places = np.stack([0.754877666 * i * i % 1, 0.569840291 * i * i % 1], axis=1)
    far = np.linalg.norm(places[:, None] - places[None], axis=2)
    apart = np.full((n, n), np.inf)
    for v, to in nx.all_pairs_shortest_path_length(g):
        for u, d in to.items():
            apart[v, u] = d
    kept = {}
    for steps in (1, 2):
        shares = []
        for v in range(n):
            near = {u for u in range(n) if 0 < apart[v, u] <= steps}
            if near:
                others = sorted((u for u in range(n) if u != v), key=lambda u: far[v, u])
                points = set(others[: len(near)])
                shares.append(len(near & points) / len(near | points))
        kept[steps] = sum(shares) / len(shares)
    pairs = np.isfinite(apart) & (apart > 0)
    d, x = apart[pairs], far[pairs]
    scale = (x / d).sum() / (x * x / (d * d)).sum()
    out[name] = {"kept": kept, "stress": float((((scale * x - d) / d) ** 2).mean())}
json.dump(out, sys.stdout)
print()
