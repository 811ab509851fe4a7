package graph

import (
	"context"
	"os"
	"testing"
	"time"
	"fmt"
)

func TestZLoad(t *testing.T) {
	f := os.Getenv("EL")
	if f == "" {
		t.Skip()
	}
	for _, th := range []int{1, 2} {
		for range 3 {
			t0 := time.Now()
			m, _ := mapFile(f, true)
			n, err := ParseEdgeList(context.Background(), m.data, ReadOptions{Build: BuildOptions{Weighted: os.Getenv("W") != ""}}, Options{Threads: th})
			if err != nil {
				t.Fatal(err)
			}
			m.close()
			fmt.Println(th, time.Since(t0), n.Graph.N(), n.Graph.M(), n.Names.Len(), n.Rejected)
		}
	}
}
