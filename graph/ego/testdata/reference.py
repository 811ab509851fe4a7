"""Writes reference.json: what networkx and igraph give for ego networks of classic networks, node by node.

    pip install networkx igraph && python3 reference.py > reference.json
"""
import csv, json, sys
import igraph as ig
import networkx as nx


def measures(g, weight=None):
    simple = nx.Graph()
    simple.add_nodes_from(g)
    for u, v, w in g.edges(data=weight, default=1):
        before = simple[u][v]["w"] if simple.has_edge(u, v) else 0
        simple.add_edge(u, v, w=before + (w if weight else 1))
    if not weight:
        nx.set_edge_attributes(simple, 1, "w")
    out = []
    for v in sorted(g):
        near = nx.ego_graph(simple, v, 1)
        whole = g.subgraph(near)
        others = g.subgraph(set(near) - {v})
        h = ig.Graph.from_networkx(near)
        at = [x["_nx_name"] for x in h.vs].index(v)
        constraint = nx.constraint(near, [v], weight="w")[v]
        assert abs(constraint - h.constraint([at], weights="w")[0]) < 1e-12
        out.append({
            "size": len(others), "ties": others.number_of_edges(), "density": nx.density(others) if len(others) > 1 else 0,
            "components": nx.number_connected_components(others.to_undirected()),
            "two_steps": len(nx.ego_graph(simple, v, 2)) - 1,
            "betweenness": None if g.is_directed() else nx.betweenness_centrality(whole, normalized=False)[v],
            "effective_size": nx.effective_size(near)[v], "constraint": constraint,
        })
    return out


def rows(name):
    return list(csv.DictReader(open(f"../../testdata/classic/{name}.csv")))


karate = nx.Graph()
karate.add_weighted_edges_from((int(r["source"]) - 1, int(r["target"]) - 1, float(r["weight"])) for r in rows("karate"))
advice = nx.DiGraph((int(r["source"]) - 1, int(r["target"]) - 1) for r in rows("krackhardt-hightech") if r["layer"] == "advice")
json.dump({"karate": measures(karate), "karate_weighted": measures(karate, "weight"), "advice": measures(advice)},
          sys.stdout, indent=0)
