package tie

import (
	"slices"
	"strings"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// Layer is a kind of tie that people state.
type Layer struct {
	Name string
	// Trust is how much a tie on this layer speaks for trust, Influence how much who is turned to on it is heeded; both
	// from 0 to 1.
	//
	// Both are judgements. Their order follows Krackhardt & Hanson (Informal networks: the company behind the chart,
	// 1993), who tell the networks of trust, advice and communication apart: trust is what teams rest on, advice is
	// where influence lies.
	Trust, Influence float64
	// Formal says that the layer is of the chart: who reports to whom. It is never taken together with the informal.
	Formal bool
}

// Achieved is the layer of those who had a part in one result: they know what the other does when it matters.
const Achieved = "achieved together"

// layers are those that have a name here; every other layer of an import counts like the last.
var layers = []Layer{
	{"trust", 0.9, 0.8, false},
	{"friendship", 0.8, 0.6, false},
	{"advice", 0.6, 1, false},
	{Achieved, 0.5, 0.5, false},
	{"lunch", 0.5, 0.4, false},
	{"walks", 0.5, 0.4, false},
	{"travels", 0.4, 0.3, false},
	{"works with", 0.4, 0.4, false},
	{"meets", 0.25, 0.25, false},
	{"writes", 0.1, 0.1, false},
	{"knows", 0.1, 0.1, false},
	{"connected", 0.05, 0.05, false},
	{"", 0.2, 0.2, false},
}

var (
	// sameLayer are other names of layers, folded, and formalLayers the names of those of the chart.
	sameLayer    = lang.Pairs("tables", "layer")
	formalLayers = lang.Words("tables", "layer.formal")
)

// NamedLayers returns the layers that have a name here, those that speak most for trust first.
func NamedLayers() []Layer { return layers[:len(layers)-1] }

// LayerNamed returns the layer that a name means; one of its own for a name that is not known.
func LayerNamed(name string) Layer {
	folded := strings.Join(text.Words(strings.ReplaceAll(name, "_", " ")), " ")
	if other, ok := sameLayer[folded]; ok {
		folded = other
	}
	for _, l := range NamedLayers() {
		if l.Name == folded {
			return l
		}
	}
	last := layers[len(layers)-1]
	last.Name, last.Formal = folded, slices.Contains(formalLayers, folded)
	return last
}
