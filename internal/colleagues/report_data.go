package colleagues

import (
	"encoding/csv"
	"fmt"
	"html"
	"io"
	"math"
	"strconv"
	"strings"

	"gave.network/graph"
	"gave.network/graph/graphio"
	"gave.network/internal/colleagues/release"
	"gave.network/internal/fault"
)

// dataForms are the files in which the figures of a report can be taken along, with their media types. A picture of
// points (PNG) is made of the SVG by the browser: here it would be drawn by a library that nothing else needs.
var dataForms = map[string]string{
	"csv": "text/csv; charset=utf-8", "graphml": "application/xml", "gexf": "application/xml", "svg": "image/svg+xml",
}

// contactOf finds a layer; the empty one is all together.
func contactOf(f *release.Figures, layer string) release.Contact {
	for _, c := range f.Layers {
		if layer != "" && c.Layer == layer {
			return c
		}
	}
	return f.Together
}

// writeData writes the figures of groups in a form. There is nothing else in any of them.
func writeData(w io.Writer, f *release.Figures, form, layer, label string) error {
	switch form {
	case "csv":
		return writeCSV(w, f)
	case "svg":
		return writeSVG(w, f, contactOf(f, layer), label)
	}
	n, err := groupNetwork(f, contactOf(f, layer))
	if err != nil {
		return fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	if form == "gexf" {
		return graphio.WriteGEXF(w, n)
	}
	return graphio.WriteGraphML(w, n)
}

// writeCSV writes a line for each layer and pair of groups. What is too few to tell stands as it is on the page.
func writeCSV(w io.Writer, f *release.Figures) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"layer", "kind", "from", "to", "people_from", "people_to", "pairs"}}
	for _, c := range append([]release.Contact{f.Together}, f.Layers...) {
		for _, table := range []struct {
			kind   string
			groups []release.Group
			cells  [][]*int
		}{{"department", f.Departments, c.Departments}, {"level", f.Levels, c.Levels}} {
			for a, row := range table.cells {
				for b, n := range row {
					rows = append(rows, []string{
						c.Layer, table.kind, plainCell(table.groups[a].Name), plainCell(table.groups[b].Name),
						strconv.Itoa(table.groups[a].People), strconv.Itoa(table.groups[b].People), figure(f, n),
					})
				}
			}
		}
	}
	return out.WriteAll(rows)
}

// groupNetwork is the network of departments: how many pairs there are from each to each other.
func groupNetwork(f *release.Figures, c release.Contact) (*graphio.Network, error) {
	names := make([]string, len(f.Departments))
	columns := graph.NewColumns(len(names))
	people := columns.Add("people", graph.Integer)
	var ties []graph.Edge
	for a, g := range f.Departments {
		names[a] = g.Name
		if err := people.Set(a, strconv.Itoa(g.People)); err != nil {
			return nil, err
		}
		for b := range f.Departments {
			if n := c.Departments[a][b]; a != b && n != nil && *n > 0 {
				ties = append(ties, graph.Edge{From: uint32(a), To: uint32(b), Weight: float64(*n)})
			}
		}
	}
	g, err := graph.FromEdges(len(names), ties, graph.BuildOptions{Directed: true, Weighted: true})
	return &graphio.Network{Graph: g, Names: graph.NewNames(names), Nodes: columns}, err
}

// The measures of the picture, in pixels, and its colours from little to much, as on the page.
const (
	svgCell, svgLeft, svgTop = 44, 190, 110
	svgInk, svgPaper         = "#16201e", "#ffffff"
)

var svgColours = [...]string{"#f4f1eb", "#d8eae4", "#a9d3c7", "#64ad9c", "#2c8271", "#0d5648"}

// writeSVG draws who has to do with whom, with the numbers in the cells.
func writeSVG(w io.Writer, f *release.Figures, c release.Contact, label string) error {
	var b strings.Builder
	n := len(f.Departments)
	width, height := svgLeft+n*svgCell+60, svgTop+n*svgCell+12
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" `+
		`font-family="system-ui, sans-serif" font-size="12">`+"\n<title>%s</title>\n"+
		`<defs><pattern id="few" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">`+
		`<path d="M0 0V6" stroke="#868e89"/></pattern></defs>`+"\n"+
		`<rect width="100%%" height="100%%" fill="%s"/>`+"\n",
		width, height, width, height, html.EscapeString(label), svgPaper)
	for i, g := range f.Departments {
		name := html.EscapeString(g.Name)
		middle := i*svgCell + svgCell/2
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end" fill="%s">%s</text>`+"\n", svgLeft-8,
			svgTop+middle+4, svgInk, name)
		fmt.Fprintf(&b, `<text transform="translate(%d %d) rotate(-45)" fill="%s">%s</text>`+"\n", svgLeft+middle,
			svgTop-8, svgInk, name)
		for j, x := range heatRow(f, f.Departments, c.Departments, i) {
			fill, ink, said := "url(#few)", svgInk, ""
			if !math.IsNaN(x) {
				percent := int(math.Round(100 * x))
				k := 0
				for _, from := range [...]int{10, 25, 40, 60, 75} {
					if percent >= from {
						k++
					}
				}
				if fill, said = svgColours[k], strconv.Itoa(percent); k > 3 {
					ink = svgPaper
				}
			}
			left, top := svgLeft+j*svgCell, svgTop+i*svgCell
			fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="%s"/>`, left+1, top+1, svgCell-2,
				svgCell-2, fill)
			fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle" fill="%s">%s</text>`+"\n", left+svgCell/2,
				top+svgCell/2+4, ink, said)
		}
	}
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// heatRow is a row of a table in parts of the people of its group; NaN where they are too few to tell.
func heatRow(f *release.Figures, groups []release.Group, cells [][]*int, row int) []float64 {
	out := make([]float64, len(cells[row]))
	for j, n := range cells[row] {
		if out[j] = share(n, groups[row].People); n == nil || *n == 0 && !f.Exact {
			out[j] = math.NaN()
		}
	}
	return out
}

// plainCell keeps a spreadsheet from taking a name for a formula.
func plainCell(name string) string {
	if strings.ContainsAny(name[:min(1, len(name))], "=+-@\t\r") {
		return "'" + name
	}
	return name
}
