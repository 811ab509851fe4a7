package lab

import (
	"cmp"
	"context"
	"encoding/csv"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/tie"
)

// friendsInput names a table of contacts and of what people said of one another.
type friendsInput struct {
	Path    string `json:"path" arg:"1" doc:"table with the columns source, target, layer and weight"`
	Contact string `json:"contact" doc:"layers whose weights count contacts, between commas"`
	Friend  string `json:"friend" doc:"layer in which people say how near others are to them"`
	Least   int    `json:"least,omitempty" doc:"the weight from which somebody is called a friend" default:"1"`
}

// friendsReport is how well contacts tell whom people call a friend: AUC over all ordered pairs.
type friendsReport struct {
	People    int      `json:"people"`
	Friends   int      `json:"friends" doc:"ordered pairs of whom the first calls the second a friend"`
	Closeness Interval `json:"closeness" doc:"by the closeness of the tie"`
	Strength  Interval `json:"strength" doc:"by the strength of the tie"`
	Sent      Interval `json:"sent" doc:"by the contacts that the first sought"`
	Received  Interval `json:"received" doc:"by those that the second sought"`
	Both      Interval `json:"both" doc:"by the sum of these"`
	Better    Interval `json:"better" doc:"AUC by closeness less that by the sum"`
}

// measureFriends derives ties as the product does. The contacts have no time, so all are of one moment.
func measureFriends(_ context.Context, _ op.Viewer, in friendsInput) (out friendsReport, err error) {
	sent, friend, people, err := layersIn(in)
	if err != nil {
		return out, err
	}
	now := time.Unix(0, 0)
	states := map[[2]uint32]*tie.State{}
	for pair, times := range sent {
		key := [2]uint32{min(pair[0], pair[1]), max(pair[0], pair[1])}
		if states[key] == nil {
			states[key] = &tie.State{}
		}
		for range times {
			states[key].Add(now.UnixMicro(), id.Zero, tie.Contribution(tie.Message, 2), tie.Mutual)
		}
	}
	view, err := seen(states, people, now)
	if err != nil {
		return out, err
	}
	type pair struct{ from, to int }
	var pairs []pair
	var so []bool
	var values [5][]float64
	for from := range uint32(people) {
		close, strong := make([]float64, people), make([]float64, people)
		nearness, weights := view.Closeness(from), view.Graph.Weights(from)
		for i, n := range view.Graph.Neighbors(from) {
			close[n], strong[n] = nearness[i], weights.At(i)
		}
		for to := range uint32(people) {
			if from == to {
				continue
			}
			there, back := float64(sent[[2]uint32{from, to}]), float64(sent[[2]uint32{to, from}])
			pairs = append(pairs, pair{int(from), int(to)})
			so = append(so, friend[[2]uint32{from, to}])
			if so[len(so)-1] {
				out.Friends++
			}
			for i, x := range []float64{close[to], strong[to], there, back, there + back} {
				values[i] = append(values[i], x)
			}
		}
	}
	if out.People = people; out.Friends == 0 || out.Friends == len(pairs) {
		return out, fault.New(fault.Invalid, "Nobody is called a friend in this table, or everybody.")
	}
	var orders [len(values)][]int
	for i := range values {
		orders[i] = ascending(values[i])
	}
	figures := redraw(people, func(weight []float64) []float64 {
		list := make([]float64, len(values), len(values)+1)
		for i := range values {
			list[i] = area(values[i], orders[i], func(at int) (bool, float64) {
				return so[at], weight[pairs[at].from] * weight[pairs[at].to]
			})
		}
		return append(list, list[0]-list[4])
	})
	for i, to := range []*Interval{&out.Closeness, &out.Strength, &out.Sent, &out.Received, &out.Both, &out.Better} {
		*to = figures[i]
	}
	return out, nil
}

// layersIn reads how many contacts each sought with each, and who calls whom a friend.
func layersIn(in friendsInput) (sent map[[2]uint32]int, friend map[[2]uint32]bool, people int, err error) {
	file, err := os.Open(in.Path)
	if err != nil {
		return nil, nil, 0, fault.Wrap(err, fault.NotFound, "%s cannot be opened.", in.Path)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, nil, 0, fault.Wrap(err, fault.Invalid, "%s cannot be read.", in.Path)
	}
	sent, friend = map[[2]uint32]int{}, map[[2]uint32]bool{}
	number := map[string]uint32{}
	column := map[string]int{}
	contact := strings.Split(in.Contact, ",")
	for i, row := range rows {
		if i == 0 {
			for k, name := range row {
				column[name] = k
			}
			for _, name := range []string{"source", "target", "layer", "weight"} {
				if _, ok := column[name]; !ok {
					return nil, nil, 0, fault.New(fault.Invalid, "%s has no column %s.", in.Path, name)
				}
			}
			continue
		}
		var pair [2]uint32
		for k, name := range []string{"source", "target"} {
			who := row[column[name]]
			if _, ok := number[who]; !ok {
				number[who] = uint32(len(number))
			}
			pair[k] = number[who]
		}
		if pair[0] == pair[1] {
			continue
		}
		weight, err := strconv.Atoi(cmp.Or(row[column["weight"]], "1"))
		if err != nil {
			return nil, nil, 0, fault.Wrap(err, fault.Invalid, "%s cannot be read.", in.Path)
		}
		layer := row[column["layer"]]
		switch {
		case slices.Contains(contact, layer):
			sent[pair] += weight
		case layer == in.Friend && weight >= in.Least:
			friend[pair] = true
		}
	}
	return sent, friend, len(number), nil
}
