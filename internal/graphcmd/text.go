package graphcmd

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// best is a node with one of the greatest values.
type best struct {
	Node  string  `json:"node"`
	Value float64 `json:"value"`
}

// Lines returns the result for people to read, a value a line in alphabetical order, and last the nodes with the
// greatest values.
func (r Result) Lines() []string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(r.Result)) {
		if name != "top" {
			lines = append(lines, name+" = "+brief(r.Result[name]))
		}
	}
	top, _ := r.Result["top"].([]best)
	for _, b := range top {
		lines = append(lines, fmt.Sprintf("%12s  %s", brief(b.Value), b.Node))
	}
	return lines
}

func brief(value any) string {
	switch value := value.(type) {
	case float64:
		return strconv.FormatFloat(value, 'g', 8, 64)
	case nil:
		return "–"
	case string:
		return value
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}
