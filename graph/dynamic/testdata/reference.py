"""Writes reference.json: what igraph and networkx say of two real networks, to which dynamic is brought tie by tie.

    pip install networkx igraph && python3 reference.py ../../../../shared/data/networks > reference.json
"""
import csv, gzip, json, sys
import igraph as ig
import networkx as nx

out = {}
for name in ("email-eu-core", "bitcoin-otc"):
    number = {r["id"]: i for i, r in enumerate(csv.DictReader(open(f"{sys.argv[1]}/{name}/nodes.csv")))}
    ties = set()
    for r in csv.DictReader(gzip.open(f"{sys.argv[1]}/{name}/edges.csv.gz", "rt")):
        u, v = number[r["source"]], number[r["target"]]
        if u != v:
            ties.add((min(u, v), max(u, v)))
    g = ig.Graph(n=len(number), edges=sorted(ties))
    parts = g.connected_components()
    triangles = nx.triangles(g.to_networkx())
    out[name] = {
        "components": len(parts),
        "size": [parts.size(c) for c in parts.membership],
        "core": g.coreness(),
        "triangles": [triangles[v] for v in range(len(number))],
        "transitivity": g.transitivity_undirected(),
        "constraint": [x if x == x else None for x in g.constraint()],
        "pagerank": g.pagerank(damping=0.85),
    }
json.dump(out, sys.stdout, separators=(",", ":"))
print()
