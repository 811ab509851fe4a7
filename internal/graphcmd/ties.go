package graphcmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/uuid"

	"gave.network/graph"
	"gave.network/graph/graphio"
	"gave.network/internal/fault"
	"gave.network/internal/parquetfile"
	"gave.network/internal/tie"
)

// tieFiles returns the Parquet files of ties that a path stands for: the file itself, or those of a folder; none when
// it is of another kind.
func tieFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, readFault(err, path)
	}
	if info.IsDir() {
		files, err := filepath.Glob(filepath.Join(path, "*.parquet"))
		if err == nil && len(files) == 0 {
			err = fault.New(fault.NotFound, "No Parquet file of ties is in the folder %s.", path)
		}
		return files, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, readFault(err, path)
	}
	defer file.Close()
	head := make([]byte, len(parquetfile.Magic))
	if n, _ := file.Read(head); string(head[:n]) != parquetfile.Magic {
		return nil, nil
	}
	return []string{path}, nil
}

// tieEdge is a tie between numbered people, with the intensity at its newest evidence.
type tieEdge struct {
	from, to  uint32
	intensity float64
	asOf      int64
}

// readTies reads ties as a network whose weights are the strengths at the moment of the newest evidence in the files.
// The evidence of several owners counts together. The nodes are in the order of the ids, by which they are called.
func readTies(ctx context.Context, files []string, opts graph.Options, bits int) (*graphio.Network, error) {
	number := map[[16]byte]uint32{}
	var keys [][16]byte
	node := func(key []byte) (uint32, bool) {
		if len(key) != 16 {
			return 0, false
		}
		id := [16]byte(key)
		n, known := number[id]
		if !known {
			n = uint32(len(keys))
			number[id] = n
			keys = append(keys, id)
		}
		return n, true
	}
	var (
		edges    []tieEdge
		newest   int64
		rejected int64
		problems []graphio.Problem
		before   int64 // rows of the files before
	)
	reject := func(row int64, reason string) {
		rejected++
		if len(problems) < graphio.MaxProblems {
			problems = append(problems, graphio.Problem{Line: row + 1, Reason: reason, Key: reason})
		}
	}
	for _, name := range files {
		file, err := parquetfile.Open(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		total := file.Rows()
		err = parquetfile.Read(file, 0, func(first int64, rows []parquetfile.Tie) error {
			for i, row := range rows {
				from, ok := node(row.Person)
				to, also := node(row.Other)
				switch {
				case !ok || !also:
					reject(before+first+int64(i), "an id of a person has no 16 bytes")
				case from == to:
					reject(before+first+int64(i), "a tie of somebody with themselves")
				case !(row.Intensity >= 0) || row.Intensity > 1e300:
					reject(before+first+int64(i), "an intensity that no tie has")
				default:
					edges = append(edges, tieEdge{from, to, row.Intensity, row.AsOf})
					newest = max(newest, row.AsOf)
				}
			}
			if opts.Progress != nil {
				opts.Progress(before+first+int64(len(rows)), before+total)
			}
			return ctx.Err()
		})
		before += total
		if err := errors.Join(err, file.Close()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	order := make([]uint32, len(keys)) // the place of each node among the ids
	sorted := make([]uint32, len(keys))
	for i := range sorted {
		sorted[i] = uint32(i)
	}
	slices.SortFunc(sorted, func(a, b uint32) int { return slices.Compare(keys[a][:], keys[b][:]) })
	names := make([]string, len(keys))
	for place, n := range sorted {
		order[n] = uint32(place)
		names[place] = uuid.UUID(keys[n]).String()
	}
	for i := range edges {
		e := &edges[i]
		e.from, e.to = order[e.from], order[e.to]
		if e.from > e.to {
			e.from, e.to = e.to, e.from
		}
	}
	slices.SortFunc(edges, func(a, b tieEdge) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	ties := make([]graph.Edge, 0, len(edges))
	for i := 0; i < len(edges); {
		one, intensity := edges[i], 0.
		for ; i < len(edges) && edges[i].from == one.from && edges[i].to == one.to; i++ {
			intensity += edges[i].intensity * tie.Decay(newest-edges[i].asOf)
		}
		ties = append(ties, graph.Edge{From: one.from, To: one.to, Weight: tie.Strength(intensity)})
	}
	g, err := graph.FromEdges(len(keys), ties, graph.BuildOptions{Weighted: true, Weights64: bits != 32})
	if err != nil {
		return nil, err
	}
	return &graphio.Network{Graph: g, Names: graph.NewNames(names), Rejected: rejected, Problems: problems}, nil
}

// saveNetwork writes a network in the form that the name asks for. A snapshot holds no names: they are beside it, in a
// table.
func saveNetwork(path string, network *graphio.Network) error {
	if err := graphio.WriteFile(path, network); err != nil {
		return err
	}
	if network.Names == nil || graphio.DetectFormat(path, nil) != graphio.FormatSnapshot {
		return nil
	}
	file, err := os.Create(strings.TrimSuffix(path, ".snapshot") + ".nodes.csv")
	if err != nil {
		return err
	}
	return errors.Join(graphio.WriteNodeTable(file, network), file.Close())
}
