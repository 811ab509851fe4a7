package lab

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/today"
	"gave.network/lab/world"
)

// movesDay is the morning on which the worlds end and the moves begin.
var movesDay = time.Date(2026, 9, 1, 7, 0, 0, 0, time.UTC)

// opened is a Gave with a fictional world in it, in the name of its professional.
type opened struct {
	*app.App
	viewer op.Viewer
	dir    string
	made   world.Result
}

// openWorld makes a world and brings in its files and lines as a user does, in a directory of its own.
func openWorld(ctx context.Context, lang locale.Lang, people, years int, seed uint64) (_ *opened, err error) {
	dir, err := os.MkdirTemp("", "gave-lab")
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The directory for the worlds cannot be made.")
	}
	out := &opened{dir: dir}
	defer func() {
		if err != nil {
			out.Close()
		}
	}()
	end := movesDay.Truncate(24 * time.Hour)
	out.made, err = world.Generate(ctx, world.Options{
		Dir: filepath.Join(dir, "world"), People: people, Years: float64(years), Seed: seed, Effect: true,
		Noise: world.DefaultNoise, End: end,
	})
	if err != nil {
		return nil, err
	}
	if out.App, err = app.Open(ctx, app.Config{Data: filepath.Join(dir, "data")}); err != nil {
		return nil, err
	}
	viewer := func() error {
		out.viewer, err = out.Account.Local(ctx, lang)
		out.viewer.Zone, out.viewer.Now = time.UTC, movesDay
		return err
	}
	if err := viewer(); err != nil {
		return nil, err
	}
	if _, err := out.Intake.Import(ctx, out.viewer, []string{filepath.Join(dir, "world", "files")},
		intake.Options{Me: out.made.Me}); err != nil {
		return nil, err
	}
	if err := viewer(); err != nil { // who the viewer is was found by the import
		return nil, err
	}
	for _, call := range []struct {
		operation string
		input     map[string][]string
	}{
		{"capture.file", map[string][]string{"file": {filepath.Join(dir, "world", "captures.txt")}}},
		{"power.goal.add", map[string][]string{
			"title": {"Een gids voor helder schrijven"}, "item": {"skill: schrijven", "skill: illustratie"},
		}},
	} {
		o, ok := out.Operations.Find(call.operation)
		if !ok {
			return nil, fmt.Errorf("lab: there is no operation %s", call.operation)
		}
		in, err := o.Form(call.input)
		if err != nil {
			return nil, err
		}
		if _, err := o.Call(ctx, out.viewer, in); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Close closes the database and removes the world.
func (o *opened) Close() {
	if o.App != nil {
		o.App.Close()
	}
	os.RemoveAll(o.dir)
}

// dayOfMoves is what Today proposed on a day.
type dayOfMoves struct {
	Day   int         `json:"day"`
	Moves []move.Move `json:"moves"`
}

// monthInput says which month is walked.
type monthInput struct {
	People int    `json:"people,omitempty" doc:"how many people the world has" default:"150" minimum:"20" maximum:"5000"`
	Years  int    `json:"years,omitempty" doc:"over how many years" default:"4" minimum:"1" maximum:"20"`
	Seed   uint64 `json:"seed,omitempty" doc:"which world" default:"1"`
	Days   int    `json:"days,omitempty" doc:"how many days" default:"30" minimum:"1" maximum:"366"`
}

// monthOutput is a month in which every move was done on the day it came.
type monthOutput struct {
	Days []dayOfMoves `json:"days"`
	// Kinds and Principles are how many moves there were of each.
	Kinds      map[string]int `json:"kinds"`
	Principles map[string]int `json:"principles"`
	// Fewest is the least number of principles within any ten days.
	Fewest int `json:"fewest_principles_in_ten_days"`
	// MostOfAKind is the largest number of moves of one kind on one day.
	MostOfAKind int `json:"most_of_a_kind_on_a_day"`
	// Again are the moves about somebody of whom there was one in the seven days before, and that nothing presses.
	Again int `json:"again_within_a_week"`
	Empty int `json:"empty_days"`
}

// walkMonth does every move of every day of a month in a fictional world, in which nothing else happens.
func walkMonth(ctx context.Context, v op.Viewer, in monthInput) (monthOutput, error) {
	o, err := openWorld(ctx, v.Lang, in.People, in.Years, in.Seed)
	if err != nil {
		return monthOutput{}, err
	}
	defer o.Close()
	out := monthOutput{Kinds: map[string]int{}, Principles: map[string]int{}}
	for day := range in.Days {
		o.viewer.Now = movesDay.AddDate(0, 0, day)
		moves, err := o.Today.Today(ctx, o.viewer)
		if err != nil {
			return out, err
		}
		for _, m := range moves {
			if _, err := o.Today.Answer(ctx, o.viewer, today.AnswerInput{Move: m.Key, Answer: today.Done}); err != nil {
				return out, fmt.Errorf("on day %d, %s: %w", day+1, m.Key, err)
			}
		}
		out.Days = append(out.Days, dayOfMoves{day + 1, moves})
	}
	out.count()
	return out, nil
}

// count fills in the figures of the days.
func (m *monthOutput) count() {
	last := map[id.ID]int{}
	m.Fewest = 7
	for i, day := range m.Days {
		kinds := map[string]int{}
		for _, one := range day.Moves {
			kinds[one.Kind]++
			m.Kinds[one.Kind]++
			m.Principles[one.Principle]++
			m.MostOfAKind = max(m.MostOfAKind, kinds[one.Kind])
			again := false
			for _, p := range one.People {
				before, ok := last[p.ID]
				again = again || ok && day.Day-before < 7 && !one.Pressing
			}
			for _, p := range one.People {
				last[p.ID] = day.Day
			}
			if again {
				m.Again++
			}
		}
		if len(day.Moves) == 0 {
			m.Empty++
		}
		if i >= 9 {
			principles := map[string]bool{}
			for _, d := range m.Days[i-9 : i+1] {
				for _, one := range d.Moves {
					principles[one.Principle] = true
				}
			}
			m.Fewest = min(m.Fewest, len(principles))
		}
	}
}

// Text prints the days, and what they come to.
func (m monthOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, day := range m.Days {
		fmt.Fprintf(&b, "day %d\n", day.Day)
		for _, one := range day.Moves {
			fmt.Fprintf(&b, "  %-10s %-12s %s  (%s)\n", one.Principle, one.Kind, one.What, one.Why)
		}
	}
	fmt.Fprintf(&b, "\nprinciples: %s\nkinds: %s\n", counted(m.Principles), counted(m.Kinds))
	fmt.Fprintf(&b, "fewest principles in ten days: %d; most of a kind on a day: %d; about somebody again within a "+
		"week: %d; empty days: %d\n", m.Fewest, m.MostOfAKind, m.Again, m.Empty)
	return b.String()
}

// counted is how often each occurs, the most first.
func counted(times map[string]int) string {
	keys := slices.SortedFunc(maps.Keys(times), func(a, b string) int {
		return cmp.Or(times[b]-times[a], strings.Compare(a, b))
	})
	parts := make([]string, len(keys))
	for i, key := range keys {
		parts[i] = fmt.Sprintf("%s %d", key, times[key])
	}
	return strings.Join(parts, ", ")
}
