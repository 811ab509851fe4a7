package graphcmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"gave.network/graph"
	"gave.network/graph/external"
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

// tieEnds are the columns of a tie that a network needs.
type tieEnds struct {
	Person    []byte  `parquet:"person"`
	Other     []byte  `parquet:"other"`
	Intensity float64 `parquet:"intensity"`
	AsOf      int64   `parquet:"as_of,timestamp(microsecond)"`
}

// tieSource reads ties twice: first for whom there are and when the newest evidence is, then for the ties themselves.
// The nodes are in the order of the ids, by which they are called.
type tieSource struct {
	files   []string
	opts    graph.Options
	rows    int64
	number  map[[16]byte]uint32
	newest  int64
	network graphio.Network // names, and what was rejected
}

func readTieSource(ctx context.Context, files []string, opts graph.Options) (*tieSource, error) {
	s := &tieSource{files: files, opts: opts, number: map[[16]byte]uint32{}}
	var keys [][16]byte
	see := func(key []byte) {
		if len(key) != 16 {
			return
		}
		if _, known := s.number[[16]byte(key)]; !known {
			s.number[[16]byte(key)] = 0
			keys = append(keys, [16]byte(key))
		}
	}
	err := s.pass(ctx, 0, func(row int64, t tieEnds) error {
		see(t.Person)
		see(t.Other)
		if wrong := t.wrong(); wrong == "" {
			s.newest = max(s.newest, t.AsOf)
		} else if s.network.Rejected++; len(s.network.Problems) < graphio.MaxProblems {
			s.network.Problems = append(s.network.Problems, graphio.Problem{Line: row + 1, Reason: wrong, Key: wrong})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(keys, func(a, b [16]byte) int { return slices.Compare(a[:], b[:]) })
	s.network.Names = graph.NewNames(nil)
	for n, key := range keys {
		s.number[key] = uint32(n)
		s.network.Names.Append([]byte(uuid.UUID(key).String()))
	}
	return s, nil
}

// wrong says why a row is no tie.
func (t tieEnds) wrong() string {
	switch {
	case len(t.Person) != 16 || len(t.Other) != 16:
		return "an id of a person has no 16 bytes"
	case [16]byte(t.Person) == [16]byte(t.Other):
		return "a tie of somebody with themselves"
	case !(t.Intensity >= 0) || t.Intensity > 1e300:
		return "an intensity that no tie has"
	}
	return ""
}

// pass calls see for every row of all files. half says which half of the work it is.
func (s *tieSource) pass(ctx context.Context, half int64, see func(row int64, t tieEnds) error) error {
	before := int64(0)
	for _, name := range s.files {
		file, err := parquetfile.Open(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		total := file.Rows()
		if half == 0 {
			err = parquetfile.Check[parquetfile.Tie](file)
			s.rows += total
		}
		if err == nil {
			err = parquetfile.Read(file, 0, func(first int64, rows []tieEnds) error {
				for i, row := range rows {
					if err := see(before+first+int64(i), row); err != nil {
						return err
					}
				}
				if s.opts.Progress != nil {
					s.opts.Progress(half*s.rows+before+first+int64(len(rows)), max(2*s.rows, 2*(before+total)))
				}
				return ctx.Err()
			})
		}
		before += total
		if err := errors.Join(err, file.Close()); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// ties calls add for each tie with its intensity at the moment of the newest evidence.
func (s *tieSource) ties(ctx context.Context, add func(u, v uint32, intensity float64) error) error {
	return s.pass(ctx, 1, func(_ int64, t tieEnds) error {
		if t.wrong() != "" {
			return nil
		}
		return add(s.number[[16]byte(t.Person)], s.number[[16]byte(t.Other)], t.Intensity*tie.Decay(s.newest-t.AsOf))
	})
}

// tieRowsInMemory is how many rows of ties a network in memory is made of; of more it is built on disk.
var tieRowsInMemory int64 = 20_000_000

// graphInMemory returns the network whose weights are the strengths at the moment of the newest evidence. The evidence
// of several owners counts together.
func (s *tieSource) graphInMemory(ctx context.Context, bits int) (*graph.Graph, error) {
	builder := graph.NewBuilder(graph.BuildOptions{Weighted: true, Weights64: true})
	err := s.ties(ctx, func(u, v uint32, intensity float64) error {
		builder.AddWeighted(u, v, intensity)
		return nil
	})
	if err != nil {
		return nil, err
	}
	summed, err := builder.Graph(ctx, s.network.Names.Len(), s.opts.Quiet())
	if err != nil {
		return nil, err
	}
	offsets, targets, weights := summed.Rows()
	strengths := weights.Wide64()
	for i, intensity := range strengths {
		strengths[i] = tie.Strength(intensity)
	}
	if bits != 32 {
		return graph.FromRows(ctx, false, offsets, targets, graph.Weights64(strengths), s.opts.Quiet())
	}
	narrow := make([]float32, len(strengths))
	for i, x := range strengths {
		if narrow[i] = float32(x); x != 0 && narrow[i] == 0 {
			return nil, graph.ErrUnderflow
		}
	}
	return graph.FromRows(ctx, false, offsets, targets, graph.Weights32(narrow), s.opts.Quiet())
}

// build writes the same network as a snapshot, without having it in memory.
func (s *tieSource) build(ctx context.Context, to string, bits int) error {
	builder, err := external.NewBuilder(ctx, graph.BuildOptions{Weighted: true, Weights64: bits != 32},
		external.Options{Directory: filepath.Dir(to), Threads: s.opts.Threads, Final: tie.Strength})
	if err != nil {
		return err
	}
	defer builder.Close()
	if err := s.ties(ctx, builder.Add); err != nil {
		return err
	}
	save := external.SaveOptions{Nodes: s.network.Names.Len()}
	_, _, err = builder.Save(ctx, to, save, s.opts.Quiet())
	return err
}

// readTies reads ties as a network. done frees what it lies in.
func readTies(
	ctx context.Context, files []string, opts graph.Options, bits int,
) (network *graphio.Network, done func(), err error) {
	source, err := readTieSource(ctx, files, opts)
	if err != nil {
		return nil, nil, err
	}
	network = &source.network
	if source.rows <= tieRowsInMemory {
		network.Graph, err = source.graphInMemory(ctx, bits)
		return network, func() {}, err
	}
	folder, err := os.MkdirTemp("", "gave-graph-")
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(folder, "ties.snapshot")
	var snapshot *graph.Snapshot
	if err = source.build(ctx, path, bits); err == nil {
		snapshot, err = graph.OpenSnapshot(path)
	}
	done = func() {
		if snapshot != nil {
			_ = snapshot.Close()
		}
		_ = os.RemoveAll(folder)
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	network.Graph = snapshot.Graph
	return network, done, nil
}

// convertOnDisk makes a snapshot of ties or of an edge list without having the graph in memory, and says whether the
// file is of such a kind.
func convertOnDisk(
	ctx context.Context, request Request, files []string, options graphio.ReadOptions,
) (result Result, done bool, err error) {
	if request.Out == "" || graphio.DetectFormat(request.Out, nil) != graphio.FormatSnapshot || request.Nodes != "" {
		return Result{}, false, nil
	}
	if folder, err := os.Stat(filepath.Dir(request.Out)); err != nil || !folder.IsDir() {
		return Result{}, false, nil // the other way says so
	}
	opts := optionsOf(ctx, request, "convert")
	start := time.Now()
	var network *graphio.Network
	if len(files) > 0 {
		source, err := readTieSource(ctx, files, opts)
		if err != nil {
			return Result{}, true, readFault(err, request.File)
		}
		network = &source.network
		if err := source.build(ctx, request.Out, request.Bits); err != nil {
			return Result{}, true, readFault(err, request.File)
		}
	} else {
		network, err = graphio.BuildSnapshot(ctx, request.File, request.Out, options,
			external.Options{Directory: filepath.Dir(request.Out), Threads: opts.Threads}, opts)
		if errors.Is(err, graphio.ErrNotEdgeList) {
			return Result{}, false, nil
		}
		if err != nil {
			return Result{}, true, readFault(err, request.File)
		}
	}
	snapshot, err := graph.OpenSnapshot(request.Out)
	if err != nil {
		return Result{}, true, readFault(err, request.Out)
	}
	defer snapshot.Close()
	network.Graph = snapshot.Graph
	if err := saveNames(request.Out, network); err != nil {
		return Result{}, true, readFault(err, request.File)
	}
	return Result{
		Kernel: request.Kernel, N: network.Graph.N(), M: network.Graph.M(), Threads: opts.Threads,
		Load: time.Since(start).Seconds(), Runs: []float64{0}, Result: map[string]any{"file": request.Out},
		Reject: network.Rejected, Problem: network.Problems,
	}, true, nil
}

// saveNetwork writes a network in the form that the name asks for. A snapshot holds no names: they are beside it, in a
// table.
func saveNetwork(path string, network *graphio.Network) error {
	if err := graphio.WriteFile(path, network); err != nil {
		return err
	}
	if graphio.DetectFormat(path, nil) != graphio.FormatSnapshot {
		return nil
	}
	return saveNames(path, network)
}

// saveNames writes the names of a snapshot's nodes beside it.
func saveNames(path string, network *graphio.Network) error {
	if network.Names == nil {
		return nil
	}
	file, err := os.Create(strings.TrimSuffix(path, ".snapshot") + ".nodes.csv")
	if err != nil {
		return err
	}
	return errors.Join(graphio.WriteNodeTable(file, network), file.Close())
}
