package external_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gave.network/graph"
	"gave.network/graph/centrality"
	"gave.network/graph/external"
	"gave.network/graph/internal/random"
)

// rmat draws ties of a network with heavy tails (Chakrabarti, Zhan & Faloutsos 2004, with the shares of Graph500) among
// 2^scale nodes, whose numbers are shuffled.
func rmat(r *random.Source, scale int, pairs []graph.Pair) {
	mask := uint32(1)<<scale - 1
	shuffled := func(v uint32) uint32 {
		for range 2 {
			v = v * 0x9e3779b1 & mask
			v ^= v >> (scale / 2)
		}
		return v
	}
	for i := range pairs {
		var u, v uint32
		for level := 0; level < scale; level += 4 {
			bits := r.Next()
			for range min(4, scale-level) {
				x := bits & 0xffff
				bits >>= 16
				u, v = u<<1, v<<1
				switch {
				case x < 37356: // 0.57
				case x < 49807: // 0.19
					v |= 1
				case x < 62259: // 0.19
					u |= 1
				default: // 0.05
					u, v = u|1, v|1
				}
			}
		}
		pairs[i] = graph.Pair{From: shuffled(u), To: shuffled(v)}
	}
}

// TestLarge builds a graph on disk, maps it, and runs two kernels out of it. GAVE_LARGE says how many ties are drawn,
// GAVE_LARGE_SCALE among how many powers of two of nodes, GAVE_LARGE_FOLDER where; docs/scale.md has what it said for
// the largest.
func TestLarge(t *testing.T) {
	ties, scale, memory, folder := 400_000, 16, int64(2<<20), t.TempDir()
	large := os.Getenv("GAVE_LARGE") != ""
	if large {
		ties, _ = strconv.Atoi(os.Getenv("GAVE_LARGE"))
		scale, _ = strconv.Atoi(os.Getenv("GAVE_LARGE_SCALE"))
		memory = 3 << 30
		if name := os.Getenv("GAVE_LARGE_FOLDER"); name != "" {
			folder = name
		}
	}
	ctx := context.Background()
	begin, cpu := time.Now(), processor()
	tell := func(what string) {
		if large {
			fmt.Printf("%s: %.0f s, %.0f s of processor time, %s\n", what, time.Since(begin).Seconds(),
				(processor() - cpu).Seconds(), resident(t))
		}
		begin, cpu = time.Now(), processor()
	}
	b, err := external.NewBuilder(ctx, graph.BuildOptions{}, external.Options{Memory: memory, Directory: folder})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	const run = 1 << 16
	jobs := make(chan int)
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for start := range jobs {
				r := random.New(17, uint64(start))
				pairs := make([]graph.Pair, min(run, ties-start))
				rmat(&r, scale, pairs)
				if err := b.AddPairs(pairs, graph.Weights{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for start := 0; start < ties; start += run {
		jobs <- start
	}
	close(jobs)
	group.Wait()
	tell(fmt.Sprintf("%d ties drawn and sorted", ties))
	path := filepath.Join(folder, "large.snapshot")
	defer os.Remove(path)
	n, m, err := b.Save(ctx, path, external.SaveOptions{}, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	tell(fmt.Sprintf("%d nodes and %d ties merged and written", n, m))
	debug.FreeOSMemory()
	snapshot, err := graph.OpenSnapshot(path)
	if err != nil {
		t.Fatal(err)
	}
	defer snapshot.Close()
	if large {
		fmt.Println("opened in", time.Since(begin))
	}
	parts, err := graph.WeakComponents(ctx, snapshot.Graph, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	tell(fmt.Sprintf("%d components", parts.Count()))
	ranks, err := centrality.PageRank(ctx, snapshot.Graph, centrality.PageRankOptions{Tolerance: 1e-6}, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	tell(fmt.Sprintf("PageRank in %d passes", ranks.Iterations))
	if large {
		return
	}
	edges := make([]graph.Edge, 0, ties)
	for start := 0; start < ties; start += run {
		r := random.New(17, uint64(start))
		pairs := make([]graph.Pair, min(run, ties-start))
		rmat(&r, scale, pairs)
		for _, p := range pairs {
			edges = append(edges, graph.Edge{From: p.From, To: p.To})
		}
	}
	g, err := graph.FromEdges(0, edges, graph.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := graph.WeakComponents(ctx, g, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if g.N() != n || g.M() != m || want.Count() != parts.Count() || !(ranks.Error <= 1e-6) {
		t.Errorf("%d nodes, %d ties, %d parts, PageRank within %g", n, m, parts.Count(), ranks.Error)
	}
}

// processor is the time that this process has worked.
func processor() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// resident says how much memory this process has, and the most that it ever had: of its own, and with pages of files.
func resident(t *testing.T) string {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var found []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if f := strings.Fields(lines.Text()); f[0] == "VmHWM:" || f[0] == "RssAnon:" || f[0] == "RssFile:" {
			kilobytes, _ := strconv.Atoi(f[1])
			found = append(found, fmt.Sprintf("%s %.1f GB", f[0], float64(kilobytes)/1e6))
		}
	}
	return strings.Join(found, ", ")
}

// A disk that fills up is told, and nothing is left on it.
func TestDiskFull(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can mount a small disk")
	}
	dir := t.TempDir()
	for _, size := range []int{200, 900} { // too small for the runs; for the snapshot
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dk", size)); err != nil {
			t.Skipf("a small disk cannot be mounted here: %v", err)
		}
		func() {
			defer syscall.Unmount(dir, syscall.MNT_DETACH)
			ctx := context.Background()
			options := external.Options{Memory: 1 << 18, Directory: dir}
			b, err := external.NewBuilder(ctx, graph.BuildOptions{}, options)
			if err != nil {
				t.Fatal(err)
			}
			r := random.New(1, 1)
			pairs := make([]graph.Pair, 1000)
			for range 100 {
				rmat(&r, 20, pairs)
				if err = b.AddPairs(pairs, graph.Weights{}); err != nil {
					break
				}
			}
			if err == nil {
				_, _, err = b.Save(ctx, filepath.Join(dir, "g.snapshot"), external.SaveOptions{}, graph.Options{})
			}
			b.Close()
			left, _ := os.ReadDir(dir)
			if !errors.Is(err, syscall.ENOSPC) || len(left) > 0 {
				t.Errorf("%d kB: %v, and %v is left", size, err, left)
			}
		}()
	}
}
