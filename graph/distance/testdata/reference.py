"""Writes reference.json: how many pairs of two real networks lie how many ties apart, by igraph; -1 is not at all.

    pip install igraph && python3 reference.py ../../../../shared/data/networks > reference.json
"""
import collections, csv, gzip, json, sys
import igraph as ig

out = {}
for name in ("email-eu-core", "bitcoin-otc"):
    number = {r["id"]: i for i, r in enumerate(csv.DictReader(open(f"{sys.argv[1]}/{name}/nodes.csv")))}
    ties = set()
    for r in csv.DictReader(gzip.open(f"{sys.argv[1]}/{name}/edges.csv.gz", "rt")):
        u, v = number[r["source"]], number[r["target"]]
        if u != v:
            ties.add((min(u, v), max(u, v)))
    g = ig.Graph(n=len(number), edges=sorted(ties))
    count = collections.Counter()
    for v in range(0, len(number), 7):  # from each seventh node to all
        count.update(-1 if d == float("inf") else int(d) for d in g.distances(source=v)[0])
    out[name] = {str(d): n for d, n in sorted(count.items())}
json.dump(out, sys.stdout)
print()
