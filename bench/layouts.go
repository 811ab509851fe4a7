package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"gave.network/graph"
	"gave.network/graph/layout"
)

// drawing is a way to draw a network, of Gave or of a peer.
type drawing struct {
	peer   string // empty for Gave
	name   string // as peer.py calls it
	title  string
	most   int // the most nodes that it is asked to draw, because it would take hours; 0 is any
	params layout.LayoutOptions
}

var drawings = []drawing{
	// As internal/horizon/atlas asks for a new map, with weights.
	{title: "Gave, as the map", params: layout.LayoutOptions{Aim: layout.Neighborhoods, Rounds: 12}},
	{title: "Gave, balanced", params: layout.LayoutOptions{Aim: layout.Balanced}},
	{title: "Gave, neighbourhoods", params: layout.LayoutOptions{Aim: layout.Neighborhoods}},
	{title: "Gave, distances", params: layout.LayoutOptions{Aim: layout.Distances}},
	{peer: "igraph", name: "layout-fr", title: "igraph, Fruchterman-Reingold", most: manyNodes / 10},
	{peer: "igraph", name: "layout-kk", title: "igraph, Kamada-Kawai", most: smallNodes},
	{peer: "igraph", name: "layout-graphopt", title: "igraph, graphopt", most: smallNodes},
	{peer: "igraph", name: "layout-drl", title: "igraph, DrL"},
	{peer: "igraph", name: "layout-umap", title: "igraph, UMAP"},
	{peer: "graph-tool", name: "layout-sfdp", title: "graph-tool, sfdp"},
	{peer: "graph-tool", name: "layout-arf", title: "graph-tool, arf", most: smallNodes},
	{peer: "graph-tool", name: "layout-fr", title: "graph-tool, Fruchterman-Reingold", most: smallNodes},
}

const (
	smallNodes = 1_500 // what takes all pairs in each round draws graphs of at most so many
	lookNodes  = 2_000 // a map of more is judged from so many nodes, chosen at random
	drawEnough = 20.0  // seconds; who needed more is not asked again
)

// drawn is how one way drew one network: medians of the times, means of the measures over the rounds.
type drawn struct {
	drawing
	times, cpu             []float64
	near, twoSteps, stress []float64
	stopped                string // why it was asked no more
	seconds, processor     float64
	preserved, two, strain float64 // the means
}

func (d *drawn) summarise() {
	d.seconds, d.processor = median(d.times), median(d.cpu)
	d.preserved, d.two, d.strain = mean(d.near), mean(d.twoSteps), mean(d.stress)
}

func mean(list []float64) float64 { return total(list) / float64(max(len(list), 1)) }

// pictures are all drawings of one network.
type pictures struct {
	name  string
	nodes int
	ties  int64
	list  []*drawn
}

// draw lets all ways of drawing take turns at one network.
func (c *comparison) draw(ctx context.Context, path string) (*pictures, error) {
	network, err := load(ctx, path, false, 1)
	if err != nil {
		return nil, err
	}
	g := network.Graph
	p := &pictures{name: strings.TrimSuffix(filepath.Base(path), ".el"), nodes: g.N(), ties: g.M()}
	running := map[*drawn]*peer{}
	defer func() {
		for _, peer := range running {
			peer.stop()
		}
	}()
	for _, way := range drawings {
		one := &drawn{drawing: way}
		if way.most > 0 && g.N() > way.most || way.peer != "" && !slices.Contains(c.peers, way.peer) ||
			c.only != nil && way.peer != "" && !slices.Contains(c.only, way.name) {
			continue
		}
		if way.peer != "" {
			peer, err := startPeer(c.script, way.peer, path, 1, 0, os.DevNull, 1)
			if err != nil {
				return nil, err
			}
			if peer == nil {
				continue // it is not installed
			}
			running[one] = peer
		}
		p.list = append(p.list, one)
	}
	for round := range c.rounds {
		for _, one := range p.list {
			if one.stopped != "" || total(one.times) > drawEnough && round > 0 {
				continue
			}
			if err := one.turn(ctx, g, running[one], round, c.patience); err != nil {
				return nil, fmt.Errorf("%s: %w", one.title, err)
			}
		}
	}
	for _, one := range p.list {
		one.summarise()
		fmt.Fprintf(os.Stderr, "%s: %s", p.name, one.line())
	}
	return p, nil
}

// turn draws once and measures the drawing.
func (d *drawn) turn(ctx context.Context, g *graph.Graph, from *peer, round int, patience time.Duration) error {
	var places []layout.Point
	if from == nil {
		params := d.params
		params.Seed = uint64(round + 1)
		runtime.GC()
		start, before := time.Now(), spent()
		var err error
		if places, err = layout.Layout(ctx, g, params, graph.Options{Threads: 1}); err != nil {
			return err
		}
		d.times, d.cpu = append(d.times, time.Since(start).Seconds()), append(d.cpu, spent()-before)
	} else {
		stop := time.AfterFunc(patience, func() { _ = from.command.Process.Kill() })
		answer, err := from.ask(d.name, 1)
		if !stop.Stop() {
			d.stopped = fmt.Sprintf("needs more than %s", patience)
			return nil
		}
		if err != nil {
			return err
		}
		if answer == nil || answer.Places == "" {
			return errors.New("it does not draw")
		}
		d.times, d.cpu = append(d.times, answer.Times...), append(d.cpu, answer.CPU...)
		if places, err = readPlaces(answer.Places, g.N()); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(places, func(p layout.Point) bool {
		return math.IsNaN(p.X+p.Y) || math.IsInf(p.X, 0) || math.IsInf(p.Y, 0)
	}) {
		d.stopped = "gives places that are no numbers"
		return nil
	}
	params := layout.MeasureOptions{Sample: lookNodes, Seed: 1}
	near, err := layout.NeighborhoodPreservation(ctx, g, places, params, graph.Options{})
	two := params
	two.Steps = 2
	twoSteps, err2 := layout.NeighborhoodPreservation(ctx, g, places, two, graph.Options{})
	stress, err3 := layout.Stress(ctx, g, places, params, graph.Options{})
	d.near, d.twoSteps, d.stress = append(d.near, near), append(d.twoSteps, twoSteps), append(d.stress, stress)
	return errors.Join(err, err2, err3)
}

// readPlaces reads x and y of each node, 64 bits each and little-endian, and removes the file.
func readPlaces(path string, nodes int) ([]layout.Point, error) {
	content, err := os.ReadFile(path)
	if err := errors.Join(err, os.Remove(path)); err != nil {
		return nil, err
	}
	places := make([]layout.Point, nodes)
	if len(content) != binary.Size(places) {
		return nil, io.ErrUnexpectedEOF
	}
	return places, binary.Read(bytes.NewReader(content), binary.LittleEndian, places)
}

// line is the row of the table.
func (d *drawn) line() string {
	if d.stopped != "" {
		return fmt.Sprintf("| %s | %s | | | | |\n", d.title, d.stopped)
	}
	return fmt.Sprintf("| %s | %.3f | %.3f | %.4f | %s | %s |\n", d.title, d.preserved, d.two, d.strain,
		duration(d.seconds), duration(d.processor))
}

// drawAll draws every network and writes the report after each.
func (c *comparison) drawAll(ctx context.Context, paths []string, out string) error {
	var all []*pictures
	text, load := "", loadNow()
	for _, path := range paths {
		p, err := c.draw(ctx, path)
		if err != nil {
			return err
		}
		all = append(all, p)
		text = reportDrawings(all, c.rounds, c.patience, load)
		if out != "" {
			if err := os.WriteFile(out, []byte(text), 0o644); err != nil {
				return err
			}
		}
	}
	fmt.Print(text)
	return nil
}
