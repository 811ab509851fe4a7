package goodwill

import (
	"testing"
	"time"

	"gave.network/internal/tie"
)

// A silence is one only where the record goes on: beside a hole nothing is said of it.
func TestRhythmBesideHoles(t *testing.T) {
	at := func(days int) time.Time { return time.Unix(0, 0).UTC().AddDate(0, 0, days) }
	weekly := []time.Time{at(0), at(7), at(14), at(21), at(28), at(35), at(35)}
	others := func(until int, without ...int) []time.Time {
		var out []time.Time
		for day := range until {
			if len(without) == 0 || day < without[0] || day >= without[1] {
				out = append(out, at(day))
			}
		}
		return out
	}
	for name, c := range map[string]struct {
		times  []time.Time
		record []time.Time
		now    int
		ok     bool
		quiet  bool
	}{
		"soon after":                  {weekly, others(46), 45, true, false},
		"silent":                      {weekly, others(61), 60, true, true},
		"the record has stopped":      {weekly, others(36), 60, false, false},
		"a hole in the silence":       {weekly, others(61, 40, 56), 60, false, false},
		"a hole before it":            {weekly, others(61, 15, 35), 60, true, true},
		"a week away":                 {weekly, others(61, 40, 48), 60, true, true},
		"whoever writes once a month": {weekly, []time.Time{at(0), at(35), at(66), at(95)}, 100, true, true},
		"no record":                   {weekly, nil, 60, false, false},
		"too few contacts":            {weekly[:4], others(61), 60, false, false},
		"what is planned is no past":  {append([]time.Time{at(70)}, weekly...), others(61), 60, true, true},
	} {
		r, ok := RhythmOf(c.times, tie.RecordOf(c.record), at(c.now))
		if ok != c.ok || r.Quiet() != c.quiet {
			t.Errorf("%s: %+v %t, quiet %t", name, r, ok, r.Quiet())
		}
		if ok && (r.Usual != 7*day || r.Silent != time.Duration(c.now-35)*day || r.Speaks() != 14*day) {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
