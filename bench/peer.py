"""A library at work for bench/peers.sh: peer.py LIBRARY FILE.el THREADS SOURCE PAIRS QUERIES

Loads the graph, then reads lines "KERNEL RUNS" and answers each with one line of JSON: the seconds of each run and a number by which the
results can be compared; of questions about pairs of nodes the seconds and the answer of each; of layouts the seconds and a file with
where the nodes lie, x and y as 64 bits each. A kernel that the library does not have is answered with null.
"""
import json, math, os, sys, tempfile, time
library, path, threads, source, pairs_file, queries = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5], int(sys.argv[6])
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(threads)  # before the libraries are loaded
weights_file = path[:-3] + ".wel"
weighted = os.path.exists(weights_file)
pairs = [tuple(map(int, line.split())) for line in open(pairs_file)]
INF = float("inf")
PATIENCE = 10  # seconds for all pairs of a question; the rest is left out
SOME, MANY = 20_000, 200_000  # as in kernels.go


class Query:
    """A question about two nodes, asked of each pair alone. Without checked, the answer is to another question than Gave's."""

    def __init__(self, ask, checked=True):
        self.ask, self.checked = ask, checked


class Drawing:
    """A layout: draw makes it, places turns it into a list of x and y for each node."""

    def __init__(self, draw, places=lambda drawn: drawn):
        self.draw, self.places = draw, places


def finite(x):
    return None if x is None or x > 1e300 else x


def edge_array():
    import numpy as np
    return np.loadtxt(path, dtype=np.int64) if os.path.getsize(path) < 1e6 else np.fromfile(path, sep=" ", dtype=np.int64).reshape(-1, 2)


def igraph():
    import igraph as ig, random, warnings
    warnings.simplefilter("ignore")  # pairs without a path
    load = lambda: ig.Graph.Read_Edgelist(path, directed=False)
    g = load()
    seed = iter(range(1, 1000))

    def leiden():
        random.seed(next(seed))
        return g.community_leiden(objective_function="modularity", n_iterations=3)

    def louvain():
        random.seed(next(seed))
        return g.community_multilevel()

    def steps(u, v):
        # This stops at the target, which distances() does not.
        path = g.get_shortest_path(u, v)
        return len(path) - 1 if path else None

    def seeded(draw):
        def run():
            random.seed(next(seed))
            return draw()
        return Drawing(run, lambda drawn: drawn.coords)

    def rewired():
        copy = g.copy()
        copy.rewire(n=10 * g.ecount())
        return copy

    def dijkstra(key):
        def length(u, v):
            path = g.get_shortest_path(u, v, weights=key, output="epath")
            return sum(lengths[e] for e in path) if path or u == v else None
        return length

    k = {
        "load": (load, lambda r: r.ecount()),
        "bfs": (lambda: g.distances(source=source), lambda r: sum(x < INF for x in r[0])),
        "distance": Query(steps),
        "pagerank": (lambda: g.pagerank(), max),
        "components": (lambda: g.connected_components(), len),
        "kcore": (lambda: g.coreness(), sum),
        "triangles": (lambda: g.count_triangles() if hasattr(g, "count_triangles") else len(g.list_triangles()), float),
        "clustering": (lambda: g.transitivity_local_undirected(mode="zero"), lambda r: sum(r) / len(r)),
        "constraint": (lambda: g.constraint(), lambda r: sum(x for x in r if x == x)),
        "bridges": (lambda: g.bridges(), len),
        "articulation": (lambda: g.articulation_points(), len),
        "blocks": (lambda: g.biconnected_components(), len),
        "eigenvector": (lambda: g.eigenvector_centrality(return_eigenvalue=True), lambda r: r[1]),
        "betweenness": (lambda: g.betweenness(directed=False, sources=list(range(queries))), None),
        "assortativity": (lambda: g.assortativity_degree(directed=False), float),
        "rewire": (rewired, None),
        "leiden": (leiden, lambda r: r.modularity),
        "leiden-quick": (leiden, lambda r: r.modularity),
        "louvain": (louvain, lambda r: r.modularity),
        "layout-fr": seeded(g.layout_fruchterman_reingold),
        "layout-kk": seeded(g.layout_kamada_kawai),
        "layout-graphopt": seeded(g.layout_graphopt),
        "layout-drl": seeded(g.layout_drl),
        "layout-umap": seeded(g.layout_umap),
    }
    if g.vcount() <= SOME:
        k["betweenness-all"] = (lambda: g.betweenness(directed=False), sum)
        # igraph gives the mean over the other nodes, Gave the sum.
        k["harmonic"] = (lambda: g.harmonic_centrality(), lambda r: sum(x for x in r if x == x) * (g.vcount() - 1))
    if weighted:
        lengths = [float(line.split()[2]) for line in open(weights_file)]
        g.es["w"] = lengths
        g.es["cost"] = [-math.log(w / 100) for w in lengths]
        k["sssp"] = (lambda: g.distances(source=source, weights="w"), lambda r: sum(x for x in r[0] if x < INF))
        k["best-path"] = Query(dijkstra("w"))
        k["within-4"] = Query(dijkstra("cost"), checked=False)
    edges = g.get_edgelist()
    k["jaccard"] = (lambda: g.similarity_jaccard(pairs=edges, loops=False), sum)
    # igraph remembers what it has found out, such as that a graph is connected, and answers from that; each run starts anew.
    return ig.__version__, k, getattr(g, "__invalidate_cache")


def networkit():
    import networkit as nk
    nk.setNumberOfThreads(threads)
    load = lambda: nk.readGraph(path, nk.Format.EdgeListSpaceZero)
    g = load()
    seed = iter(range(1, 1000))

    def ran(algorithm):
        algorithm.run()
        return algorithm

    def seeded(make):
        def run():
            nk.setSeed(next(seed), False)
            return ran(make())
        return run

    # Without predecessors it crashes (11.3).
    bidirectional = lambda graph, kind: lambda u, v: finite(ran(kind(graph, u, v, True)).getDistance()) if u != v else 0
    quality = lambda r: nk.community.Modularity().getQuality(r.getPartition(), g)
    degrees = [g.degree(v) for v in g.iterNodes()]
    k = {
        "load": (load, lambda r: r.numberOfEdges()),
        "bfs": (lambda: ran(nk.distance.BFS(g, source, False)), lambda r: sum(x < 1e300 for x in r.getDistances())),
        "distance": Query(bidirectional(g, nk.distance.BidirectionalBFS)),
        "pagerank": (lambda: ran(nk.centrality.PageRank(g, damp=0.85, tol=1e-9)), lambda r: max(r.scores())),
        "components": (lambda: ran(nk.components.ParallelConnectedComponents(g, False) if threads > 1 else nk.components.ConnectedComponents(g)), lambda r: r.numberOfComponents()),
        "kcore": (lambda: ran(nk.centrality.CoreDecomposition(g)), lambda r: sum(r.scores())),
        "clustering": (lambda: ran(nk.centrality.LocalClusteringCoefficient(g)), lambda r: sum(r.scores()) / g.numberOfNodes()),
        "blocks": (lambda: ran(nk.components.BiconnectedComponents(g)), lambda r: r.numberOfComponents()),
        "eigenvector-rough": (lambda: ran(nk.centrality.EigenvectorCentrality(g, 1e-12)), None),  # relative change of the norm, which goes as the square of the residual
        "betweenness": (lambda: ran(nk.centrality.EstimateBetweenness(g, queries, False, threads > 1)), None),
        "betweenness-sample": (lambda: ran(nk.centrality.KadabraBetweenness(g, 0.01, 0.1)), None),
        "assortativity": (lambda: ran(nk.correlation.Assortativity(g, degrees)), lambda r: r.getCoefficient()),
        "rewire": (lambda: ran(nk.randomization.EdgeSwitching(g, 10.0)), None),
        "leiden": (seeded(lambda: nk.community.ParallelLeiden(g, iterations=3, randomize=True)), quality),
        "leiden-quick": (seeded(lambda: nk.community.ParallelLeiden(g, iterations=3, randomize=True)), quality),
        "louvain": (seeded(lambda: nk.community.PLM(g, True)), quality),
    }
    if g.numberOfNodes() <= SOME:
        k["betweenness-all"] = (lambda: ran(nk.centrality.Betweenness(g)), lambda r: sum(r.scores()) / 2)
        k["harmonic"] = (lambda: ran(nk.centrality.HarmonicCloseness(g, False)), lambda r: sum(r.scores()))
    if weighted:
        w = nk.graphio.EdgeListReader(" ", 0, directed=False).read(weights_file)
        k["sssp"] = (lambda: ran(nk.distance.Dijkstra(w, source, False)), lambda r: sum(x for x in r.getDistances() if x < 1e300))
        k["best-path"] = Query(bidirectional(w, nk.distance.BidirectionalDijkstra))
    return nk.__version__, k, lambda: None


def graph_tool():
    import graph_tool as gt, numpy as np, graph_tool.topology as topology, graph_tool.centrality as centrality
    import graph_tool.clustering as clustering, graph_tool.correlations as correlations, graph_tool.generation as generation, graph_tool.draw as draw
    gt.openmp_set_num_threads(threads)
    seed = iter(range(1, 1000))

    def load():
        graph = gt.Graph(directed=False)
        graph.add_edge_list(edge_array())
        return graph

    g = load()
    edges = g.get_edges()
    biggest = 2**31 - 1

    def bridges():
        of, _, sizes = topology.label_biconnected_components(g)
        return int((sizes == 1).sum())

    def adamic_adar():
        total = 0.0
        for q, _ in pairs:
            near = g.get_out_neighbors(q)
            if not len(near):
                continue
            second = np.setdiff1d(np.unique(np.concatenate([g.get_out_neighbors(x) for x in near])), np.append(near, q))
            if len(second):
                s = topology.vertex_similarity(g, "inv-log-weight", vertex_pairs=np.column_stack([np.full(len(second), q), second]))
                total += float(np.sort(s)[-10:].sum())
        return total

    def rewired():
        copy = gt.Graph(g)
        generation.random_rewire(copy, n_iter=10)
        return copy

    def seeded(name):
        def run():
            gt.seed_rng(number := next(seed))
            np.random.seed(number)
            return getattr(draw, name)(g)
        return Drawing(run, lambda drawn: drawn.get_2d_array([0, 1]).T)

    def steps(u, v):
        d = topology.shortest_distance(g, source=u, target=v)
        return None if d >= biggest else int(d)

    k = {
        "load": (load, lambda r: r.num_edges()),
        "bfs": (lambda: topology.shortest_distance(g, source=g.vertex(source)), lambda r: int((r.a < biggest).sum())),
        "distance": Query(steps),
        "pagerank": (lambda: centrality.pagerank(g, epsilon=1e-9), lambda r: float(r.a.max())),
        "components": (lambda: topology.label_components(g), lambda r: len(r[1])),
        "kcore": (lambda: topology.kcore_decomposition(g), lambda r: int(r.a.sum())),
        "triangles": (lambda: clustering.global_clustering(g, ret_counts=True), lambda r: int(r[1])),
        "clustering": (lambda: clustering.local_clustering(g), lambda r: float(np.nan_to_num(r.a).mean())),
        "blocks": (lambda: topology.label_biconnected_components(g), lambda r: len(r[2])),
        "articulation": (lambda: topology.label_biconnected_components(g), lambda r: int(r[1].a.sum())),
        "bridges": (bridges, float),
        "jaccard": (lambda: topology.vertex_similarity(g, "jaccard", vertex_pairs=edges), lambda r: float(np.nansum(r))),
        "adamic-adar": (adamic_adar, float),
        "eigenvector-rough": (lambda: centrality.eigenvector(g, epsilon=1e-6), lambda r: r[0]),
        "betweenness": (lambda: centrality.betweenness(g, pivots=np.arange(queries), norm=False), None),
        "assortativity": (lambda: correlations.scalar_assortativity(g, "out"), lambda r: r[0]),
        "rewire": (rewired, None),
        "layout-sfdp": seeded("sfdp_layout"),
        "layout-arf": seeded("arf_layout"),
        "layout-fr": seeded("fruchterman_reingold_layout"),
    }
    if g.num_vertices() <= SOME:
        k["betweenness-all"] = (lambda: centrality.betweenness(g, norm=False), lambda r: float(r[0].a.sum()))
        k["harmonic"] = (lambda: centrality.closeness(g, harmonic=True, norm=False), lambda r: float(np.nansum(r.a)))
    if weighted:
        values = np.fromfile(weights_file, sep=" ").reshape(-1, 3)[:, 2]
        w = g.new_edge_property("double", vals=values)
        cost = g.new_edge_property("double", vals=-np.log(values / 100))
        k["sssp"] = (lambda: topology.shortest_distance(g, source=g.vertex(source), weights=w), lambda r: float(r.a[np.isfinite(r.a) & (r.a < 1e300)].sum()))
        k["best-path"] = Query(lambda u, v: finite(topology.shortest_distance(g, source=u, target=v, weights=w)))
        k["within-4"] = Query(lambda u, v: topology.shortest_distance(g, source=u, target=v, weights=cost), checked=False)
    return gt.__version__.split()[0], k, lambda: None


def scipy():
    import scipy, scipy.sparse as sp, numpy as np
    e = edge_array()
    n = int(e.max()) + 1
    both = np.concatenate([e, e[:, ::-1]])
    a = sp.csr_matrix((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(n, n))
    degree = np.diff(a.indptr)

    def adamic_adar():
        weighted = a @ sp.diags(np.where(degree > 1, 1 / np.log(np.maximum(degree, 2)), 0))
        total = 0.0
        nodes = [u for u, _ in pairs]
        for i in range(0, len(nodes), 50):
            block = (weighted[nodes[i : i + 50]] @ a).tocsr()
            for j, q in enumerate(nodes[i : i + 50]):
                c = block.indices[block.indptr[j] : block.indptr[j + 1]]
                s = block.data[block.indptr[j] : block.indptr[j + 1]].copy()
                s[(c == q) | np.isin(c, a.indices[a.indptr[q] : a.indptr[q + 1]])] = 0
                s = np.partition(s, len(s) - 10)[-10:] if len(s) > 10 else s
                total += float(s.sum())
        return total

    return scipy.__version__, {"adamic-adar": (adamic_adar, float)}, lambda: None


def sqlite():
    """The join of the neighbourhoods of both ends, written by hand, which is the fastest that SQL does; in this process and in memory."""
    import sqlite3
    if not weighted:
        raise ImportError
    c = sqlite3.connect(":memory:")
    c.execute("CREATE TABLE knows(src INTEGER, dst INTEGER, strength REAL, PRIMARY KEY(src, dst)) WITHOUT ROWID")
    rows = []
    for line in open(weights_file):
        a, b, w = line.split()
        rows += ((int(a), int(b), int(w) / 100), (int(b), int(a), int(w) / 100))
    rows.sort()
    c.executemany("INSERT INTO knows VALUES(?, ?, ?)", rows)
    del rows
    c.execute("ANALYZE")
    three = """SELECT strength AS s FROM knows WHERE src = :a AND dst = :b
        UNION ALL SELECT x.strength * y.strength FROM knows x JOIN knows y ON y.src = :b AND y.dst = x.dst WHERE x.src = :a
        UNION ALL SELECT x.strength * m.strength * y.strength FROM knows x CROSS JOIN knows y JOIN knows m ON m.src = x.dst AND m.dst = y.dst WHERE x.src = :a AND y.src = :b"""
    # Of ways of two ties from the first node to a middle only the best counts, so the join is with as many rows as there are middles.
    four = three + """ UNION ALL SELECT h.s * m.strength * y.strength FROM
        (SELECT m.dst AS at, max(x.strength * m.strength) AS s FROM knows x JOIN knows m ON m.src = x.dst WHERE x.src = :a GROUP BY m.dst) AS h
        CROSS JOIN knows y JOIN knows m ON m.src = y.dst AND m.dst = h.at WHERE y.src = :b"""

    def asking(sql):
        sql = "SELECT max(s) FROM (" + sql + ")"
        return Query(lambda a, b: c.execute(sql, {"a": a, "b": b}).fetchone()[0] if a != b else 1)

    return sqlite3.sqlite_version, {"introduction-3": asking(three), "introduction-4": asking(four)}, lambda: None


def answer(kernel, runs):
    if isinstance(kernel, Query):
        times, values, begun = [], [], time.perf_counter()
        for u, v in pairs:
            start = time.perf_counter()
            value = kernel.ask(u, v)
            times.append(time.perf_counter() - start)
            values.append(value)
            if time.perf_counter() - begun > PATIENCE:
                break
        return {"times": times, "values": values if kernel.checked else None}
    places = ""
    if isinstance(kernel, Drawing):
        import numpy as np
        handle, places = tempfile.mkstemp()
        os.close(handle)
        drawing = kernel
        kernel = drawing.draw, lambda drawn: np.array(drawing.places(drawn), dtype="<f8").tofile(places) or 0
    work, check = kernel
    times, cpu, checks, result = [], [], [], None
    for _ in range(runs):
        result = None
        forget()
        start, before = time.perf_counter(), time.process_time()
        result = work()
        times.append(time.perf_counter() - start)
        cpu.append(time.process_time() - before)
        if check:
            checks.append(float(check(result)))
    return {"times": times, "cpu": cpu, "check": sum(checks) / len(checks) if checks else None, "places": places}


try:
    version, kernels, forget = {"igraph": igraph, "networkit": networkit, "graph-tool": graph_tool, "scipy": scipy, "sqlite": sqlite}[library]()
except ImportError:
    print(json.dumps(None), flush=True)
    sys.exit()
print(json.dumps({"version": version}), flush=True)
for line in sys.stdin:
    name, runs = line.split()
    print(json.dumps(answer(kernels[name], int(runs)) if name in kernels else None), flush=True)
