"""Writes reference.json: measures of multilayer networks by numpy, scipy and networkx, on matrices.

    pip install networkx numpy scipy && python3 reference.py > reference.json
"""
import csv, json, sys
import networkx as nx
import numpy as np
from scipy.stats import spearmanr


def layers(name, names, directed):
    rows = list(csv.DictReader(open(f"../../testdata/classic/{name}.csv")))
    n = max(max(int(r["source"]), int(r["target"])) for r in rows)
    out = []
    for layer in names:
        x = np.zeros((n, n))
        for r in rows:
            if r["layer"] == layer:
                x[int(r["source"]) - 1, int(r["target"]) - 1] = 1
                if not directed:
                    x[int(r["target"]) - 1, int(r["source"]) - 1] = 1
        out.append(x)
    return out


def facts(xs, directed, damping=0.85, switch=0.3):
    m, n = len(xs), len(xs[0])
    degree = np.array([x.sum(axis=1) + (x.sum(axis=0) if directed else 0) for x in xs])
    whole = degree.sum(axis=0)
    with np.errstate(invalid="ignore"):
        coefficient = m / (m - 1) * (1 - ((degree / whole) ** 2).sum(axis=0))
    jaccard = [[float(np.minimum(a, b).sum() / np.maximum(a, b).sum()) for b in xs] for a in xs]
    # The walk on copies of the nodes as one graph: change layers, then follow a tie.
    change = np.kron((1 - switch) * np.eye(m) + switch / (m - 1) * (1 - np.eye(m)), np.eye(n))
    follow, idle = np.zeros((m * n, m * n)), np.zeros(m * n)
    for k, x in enumerate(xs):
        for v in range(n):
            if x[v].sum():
                follow[k * n + v, k * n:(k + 1) * n] = x[v] / x[v].sum()
            else:
                follow[k * n + v] = 1 / (m * n)
    step = change @ follow
    g = nx.from_numpy_array(step, create_using=nx.DiGraph)
    ranks = nx.pagerank(g, damping, max_iter=100000, tol=1e-16)
    return {
        "degrees": degree.T.astype(int).tolist(), "coefficient": [None if np.isnan(c) else float(c) for c in coefficient],
        "neighbors": [int(((sum(xs) + (sum(x.T for x in xs) if directed else 0))[v] > 0).sum()) for v in range(n)],
        "jaccard": jaccard, "correlation": np.corrcoef(degree).tolist(),
        "ranks": [[float(spearmanr(a, b)[0]) for b in degree] for a in degree],
        "pagerank": [[ranks[k * n + v] for v in range(n)] for k in range(m)],
    }


json.dump({
    "lawfirm": facts(layers("lazega-lawfirm", ["advice", "friendship", "cowork"], True), True),
    "florence": facts(layers("florentine-families", ["marriage", "business"], False), False),
}, sys.stdout)
print()
