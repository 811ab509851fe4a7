package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/give/trace"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/lab/world"
)

// tracingInput says on how many worlds to measure.
type tracingInput struct {
	Worlds int `json:"worlds,omitempty" doc:"worlds in which gifts come back" default:"20" minimum:"0" maximum:"1000"`
	Null   int `json:"null,omitempty" doc:"worlds in which they do not" default:"200" minimum:"0" maximum:"10000"`
	Seed   int `json:"seed,omitempty" doc:"seed of the first world" default:"1" minimum:"0"`
}

// tracingOutput is how well the tracing does.
type tracingOutput struct {
	Worlds      int     `json:"worlds"`
	Returns     int     `json:"returns" doc:"planted returns that were noted, and their gift too"`
	Top1        float64 `json:"top1" doc:"share of returns whose true path comes first"`
	Top3        float64 `json:"top3" doc:"share of returns whose true path is among the first three"`
	RecentTop3  float64 `json:"recent_top3" doc:"the same for the latest gifts before the return"`
	DirectTop3  float64 `json:"direct_top3" doc:"the same for the latest gifts to who brought the return, then the latest to anybody"`
	Found       float64 `json:"found" doc:"share of these worlds with p below 0.05"`
	NullWorlds  int     `json:"null_worlds"`
	FalseAlarms float64 `json:"false_alarms" doc:"share of the worlds without effect with p below 0.05"`
}

// evaluationDay is when the fictional worlds end.
var evaluationDay = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func evaluateTracing(ctx context.Context, _ op.Viewer, in tracingInput) (tracingOutput, error) {
	out := tracingOutput{Worlds: in.Worlds, NullWorlds: in.Null}
	dir, err := os.MkdirTemp("", "gave-evaluate")
	if err != nil {
		return out, fault.Wrap(err, fault.Unavailable, "No temporary files can be made.")
	}
	defer os.RemoveAll(dir)
	var top1, top3, recent, direct int
	for i := range in.Worlds + in.Null {
		effect := i < in.Worlds
		f, err := makeFiction(ctx, filepath.Join(dir, strconv.Itoa(i)), uint64(in.Seed+i), effect)
		if err != nil {
			return out, err
		}
		c := f.network.Test(f.gifts, f.returns, trace.UsualLag, 1)
		alarm := !c.TooLittle && c.P < 0.05
		if !effect {
			if alarm {
				out.FalseAlarms += 1 / float64(in.Null)
			}
			continue
		}
		if alarm {
			out.Found += 1 / float64(in.Worlds)
		}
		for _, p := range f.planted {
			out.Returns++
			shares, _ := f.network.Trace(f.gifts, f.returns[p.at], trace.UsualLag)
			switch place := f.place(shares, p); {
			case place == 0:
				top1++
				top3++
			case place > 0 && place < 3:
				top3++
			}
			recent += f.among(p, func(trace.Gift) bool { return false })
			direct += f.among(p, func(g trace.Gift) bool { return slices.Contains(g.Receivers, f.returns[p.at].From) })
		}
		os.RemoveAll(filepath.Join(dir, strconv.Itoa(i)))
	}
	n := float64(max(out.Returns, 1))
	out.Top1, out.Top3, out.RecentTop3, out.DirectTop3 = float64(top1)/n, float64(top3)/n, float64(recent)/n,
		float64(direct)/n
	return out, nil
}

// fiction is what the owner of a fictional world knows: the gifts and returns that were noted, and who knows whom.
type fiction struct {
	network *trace.Network
	gifts   []trace.Gift
	returns []trace.Return
	planted []planted
}

// planted is a return with its true giver-path: who received the gift.
type planted struct {
	at       int
	receiver int32
	gift     int
}

func makeFiction(ctx context.Context, dir string, seed uint64, effect bool) (*fiction, error) {
	made, err := world.Generate(ctx, world.Options{
		Dir: dir, People: 250, Years: 6, Seed: seed, Effect: effect, Noise: world.DefaultNoise, End: evaluationDay,
	})
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(made.Truth)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The file %s cannot be read.", made.Truth)
	}
	var truth world.Truth
	if err := json.Unmarshal(content, &truth); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	f := &fiction{}
	number := map[string]int32{}
	for i, p := range truth.Persons {
		number[p.ID] = int32(i)
	}
	var ties []trace.Tie
	for _, b := range truth.Bonds {
		until := evaluationDay
		if b.Until != "" {
			until = moment(b.Until)
		}
		ties = append(ties,
			trace.Tie{A: number[b.A], B: number[b.B], Strength: b.Strength, First: moment(b.From), Last: until})
	}
	f.network = trace.NewNetwork(len(truth.Persons), ties)
	gift := map[string]int{}
	for _, g := range truth.Gifts {
		if !g.Logged {
			continue
		}
		one := trace.Gift{At: moment(g.Time)}
		for _, p := range g.Receivers {
			one.Receivers = append(one.Receivers, number[p])
		}
		gift[g.ID] = len(f.gifts)
		f.gifts = append(f.gifts, one)
	}
	for _, r := range truth.Returns {
		if !r.Logged {
			continue
		}
		if at, known := gift[r.Gift]; known && len(r.Path) > 0 {
			f.planted = append(f.planted, planted{len(f.returns), number[r.Path[0]], at})
		}
		f.returns = append(f.returns, trace.Return{At: moment(r.Time), From: number[r.From]})
	}
	return f, nil
}

// place is where the true giver-path comes among the different ones, from 0; -1 when it is not there. Several gifts to
// one receiver are one path.
func (f *fiction) place(shares []trace.Share, p planted) int {
	seen := map[int32]bool{}
	for _, share := range shares {
		if len(share.Path) == 0 || seen[share.Path[0]] {
			continue
		}
		if share.Path[0] == p.receiver {
			return len(seen)
		}
		seen[share.Path[0]] = true
	}
	return -1
}

// among says, as 1 or 0, whether the true receiver is among those of the three latest gifts before the return, those
// that are preferred first.
func (f *fiction) among(p planted, preferred func(trace.Gift) bool) int {
	r := f.returns[p.at]
	seen := map[int32]bool{}
	for _, first := range []bool{true, false} {
		for _, g := range slices.Backward(f.gifts) {
			if !g.At.Before(r.At) || preferred(g) != first {
				continue
			}
			for _, v := range g.Receivers {
				if len(seen) < 3 && v == p.receiver {
					return 1
				}
				seen[v] = true
			}
			if len(seen) >= 3 {
				return 0
			}
		}
	}
	return 0
}

// moment reads the times of a truth file: days, months and moments.
func moment(s string) time.Time {
	for _, layout := range []string{time.RFC3339, time.DateOnly, "2006-01"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}

// Text prints the figures.
func (e tracingOutput) Text(p *locale.Printer) string {
	return fmt.Sprintf("%s\n  %s %.3f, %s %.3f\n  %s %.3f, %s %.3f\n  p < 0.05: %.3f\n%s\n  p < 0.05: %.3f\n",
		p.T("%d planted returns in %d worlds", e.Returns, e.Worlds), p.T("true path first:"), e.Top1,
		p.T("among the first three:"), e.Top3,
		p.T("the latest gifts:"), e.RecentTop3, p.T("gifts to who brought it:"), e.DirectTop3, e.Found,
		p.T("%d worlds without effect", e.NullWorlds), e.FalseAlarms)
}
