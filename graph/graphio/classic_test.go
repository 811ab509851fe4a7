package graphio

import (
	"fmt"
	"testing"

	"gave.network/graph"
)

func TestClassicNetworks(t *testing.T) {
	for _, c := range []struct {
		name     string
		directed bool
		nodes    int
		layers   string
	}{
		{"karate", false, 34, "78"},
		{"krackhardt-kite", false, 10, "18"},
		{"florentine-families", false, 15, "marriage 20 business 15 "}, // Pucci has no ties
		{"krackhardt-hightech", true, 21, "advice 190 friendship 102 reports_to 20 "},
		{"lazega-lawfirm", true, 71, "advice 892 friendship 575 cowork 1104 "},
		{"sampson-monastery", true, 18, "like1 55 like2 57 like3 56 dislike 47 esteem 54 desesteem 58 " +
			"positive_influence 53 negative_influence 50 praise 39 blame 41 "},
	} {
		n := classic(t, c.name, graph.BuildOptions{Directed: c.directed, Weighted: true, Signed: true})
		layers := ""
		for _, layer := range n.Layers {
			checkStructure(t, layer.Graph)
			layers += fmt.Sprintf("%s %d ", layer.Name, layer.Graph.M())
		}
		if n.Layers == nil {
			layers = fmt.Sprint(n.Graph.M())
		}
		if n.Graph.N() != c.nodes || layers != c.layers || n.Rejected != 0 {
			t.Errorf("%s: %d nodes, %s, %v", c.name, n.Graph.N(), layers, n.Problems)
		}
	}
}
