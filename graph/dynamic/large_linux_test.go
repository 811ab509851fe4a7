package dynamic_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gave.network/graph"
	"gave.network/graph/dynamic"
	"gave.network/graph/graphio"
)

// spent is the time that this thread has worked.
func spent() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		panic(err)
	}
	return time.Duration(t.Nano())
}

// TestPerTie measures what a tie costs that comes or goes, in processor time: GAVE_LARGE names the file of a graph, of
// which ties are taken out and put back, half of each. Without it a small graph is only taken through the same steps.
func TestPerTie(t *testing.T) {
	ctx := context.Background()
	count := 2000
	var g *graph.Graph
	if name := os.Getenv("GAVE_LARGE"); name != "" {
		count = 50_000
		network, err := graphio.ReadFile(ctx, name, graphio.ReadOptions{}, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		g = network.Graph
		fmt.Printf("%d nodes, %d ties\n", g.N(), g.M())
	} else {
		g = randomGraph(t, rand.New(rand.NewPCG(1, 1)), 1000, 5000, false, false)
	}
	large := os.Getenv("GAVE_LARGE") != ""
	r := rand.New(rand.NewPCG(7, 7))
	offsets, targets, _ := g.Rows()
	pick := func() (uint32, uint32) {
		at := r.Int64N(int64(len(targets)))
		u, _ := slices.BinarySearch(offsets, at+1)
		return uint32(u - 1), targets[at]
	}
	keep := map[string]func(d *dynamic.Graph) (func(u, v uint32), error){
		"0 the rows alone": func(*dynamic.Graph) (func(u, v uint32), error) { return nil, nil },
		"1 components": func(d *dynamic.Graph) (func(u, v uint32), error) {
			_, err := dynamic.NewComponents(ctx, d)
			return nil, err
		},
		"2 k-core": func(d *dynamic.Graph) (func(u, v uint32), error) {
			_, err := dynamic.NewCores(ctx, d)
			return nil, err
		},
		"3 triangles": func(d *dynamic.Graph) (func(u, v uint32), error) {
			_, err := dynamic.NewTriangles(ctx, d)
			return nil, err
		},
		"4 constraint of both ends": func(d *dynamic.Graph) (func(u, v uint32), error) {
			return func(u, v uint32) {
				_, _ = d.Constraint(u)
				_, _ = d.Constraint(v)
			}, nil
		},
	}
	var ranks *dynamic.Rank
	for _, tolerance := range []float64{1e-1, 1e-2, 1e-3} {
		keep[fmt.Sprintf("5 PageRank, %g", tolerance)] = func(d *dynamic.Graph) (func(u, v uint32), error) {
			k, err := dynamic.NewRank(ctx, d, dynamic.RankOptions{Tolerance: tolerance})
			if large && err == nil {
				fmt.Printf("PageRank within %.1e\n", k.Error())
				ranks = k
			}
			return nil, err
		}
	}
	var names []string
	for name := range keep {
		names = append(names, name)
	}
	slices.Sort(names)
	only := os.Getenv("GAVE_ONLY")
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for _, name := range names {
		if !strings.HasPrefix(name, only) {
			continue
		}
		d, err := dynamic.New(g)
		if err != nil {
			t.Fatal(err)
		}
		begin := spent()
		after, err := keep[name](d)
		if err != nil {
			t.Fatal(err)
		}
		made := spent() - begin
		runtime.GC()
		var out [][2]uint32
		var added, removed []time.Duration
		for i := range count {
			var begin time.Duration
			come := len(out) > 0 && (r.IntN(2) == 0 || i > count*3/4)
			var u, v uint32
			if come {
				at := r.IntN(len(out))
				u, v = out[at][0], out[at][1]
				out[at] = out[len(out)-1]
				out = out[:len(out)-1]
				begin = spent()
				err = d.Set(u, v, 1)
			} else {
				for u, v = pick(); ; u, v = pick() {
					if _, there := d.Weight(u, v); there {
						break
					}
				}
				out = append(out, [2]uint32{u, v})
				begin = spent()
				err = d.Remove(u, v)
			}
			if err != nil {
				t.Fatal(err)
			}
			if after != nil {
				after(u, v)
			}
			if took := spent() - begin; come {
				added = append(added, took)
			} else {
				removed = append(removed, took)
			}
		}
		if large {
			fmt.Printf("%-28s made in %6.2f s; ", name[2:], made.Seconds())
			fmt.Println("a tie more:", quantiles(added), " a tie less:", quantiles(removed))
			if ranks != nil {
				fmt.Printf("PageRank within %.1e after the changes\n", ranks.Error())
			}
			ranks = nil
		}
	}
}

func quantiles(list []time.Duration) string {
	slices.Sort(list)
	sum := time.Duration(0)
	for _, d := range list {
		sum += d
	}
	us := func(d time.Duration) string { return strconv.FormatFloat(float64(d.Nanoseconds())/1000, 'f', 1, 64) }
	return fmt.Sprintf("mean %s, median %s, p99 %s, most %s µs", us(sum/time.Duration(len(list))),
		us(list[len(list)/2]), us(list[len(list)*99/100]), us(list[len(list)-1]))
}
