package world

import (
	"time"
	_ "time/tzdata" // the world is Dutch, whatever machine it is made on

	"gave.network/lab/world/random"
)

var amsterdam = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err) // the zone is compiled in
	}
	return zone
}()

const day = 24 * 60 * 60 // seconds

// easter returns Easter Sunday (the algorithm of Meeus, Jones & Butcher).
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, amsterdam)
}

// holidays of one year, as days of the year.
func holidays(year int) map[int]bool {
	out := map[int]bool{}
	add := func(t time.Time) { out[t.YearDay()] = true }
	date := func(m time.Month, d int) { add(time.Date(year, m, d, 0, 0, 0, 0, amsterdam)) }
	date(time.January, 1)
	date(time.April, 27)
	date(time.May, 5)
	for d := 24; d <= 31; d++ {
		date(time.December, d)
	}
	sunday := easter(year)
	for _, after := range []int{-2, 0, 1, 39, 49, 50} {
		add(sunday.AddDate(0, 0, after))
	}
	return out
}

// free tells whether no work is done on a day: weekends, holidays, and the owner's three weeks in summer.
func (w *world) free(t time.Time) bool {
	if wd := t.Weekday(); wd == time.Saturday || wd == time.Sunday {
		return true
	}
	h, ok := w.holidays[t.Year()]
	if !ok {
		h = holidays(t.Year())
		for d := range 21 {
			h[time.Date(t.Year(), time.July, 18+t.Year()%12+d, 0, 0, 0, 0, amsterdam).YearDay()] = true
		}
		w.holidays[t.Year()] = h
	}
	return h[t.YearDay()]
}

// Hours of the day at which people write at work and at home, relative weights.
var (
	workHours = []float64{0, 0, 0, 0, 0, 0, 0.2, 1, 5, 11, 12, 10, 4, 7, 10, 9, 8, 5, 1.5, 1, 1.2, 1, 0.5, 0.1}
	homeHours = []float64{0.2, 0, 0, 0, 0, 0, 0.3, 1, 2, 3, 4, 4, 4, 3, 3, 3, 4, 5, 6, 9, 10, 8, 5, 1.5}
)

// workTime moves a moment to a likely one during work, never past the end of the world.
func (w *world) workTime(r *random.Source, at int64) int64 {
	t := time.Unix(at, 0).In(amsterdam)
	for range 40 {
		if !w.free(t) {
			break
		}
		t = t.AddDate(0, 0, 1)
	}
	moment := w.hour(r, t, workHours)
	if moment >= w.until {
		t = time.Unix(w.until, 0).In(amsterdam)
		for range 40 {
			t = t.AddDate(0, 0, -1)
			if !w.free(t) {
				break
			}
		}
		moment = w.hour(r, t, workHours)
	}
	return moment
}

// homeTime moves a moment to a likely one after work or in the weekend.
func (w *world) homeTime(r *random.Source, at int64) int64 {
	moment := w.hour(r, time.Unix(at, 0).In(amsterdam), homeHours)
	if moment >= w.until {
		moment -= day
	}
	return moment
}

func (w *world) hour(r *random.Source, t time.Time, weights []float64) int64 {
	return time.Date(t.Year(), t.Month(), t.Day(), r.Weighted(weights), r.IntN(60), r.IntN(60), 0, amsterdam).Unix()
}

// slot moves a moment to a working day at a whole or half hour from one hour to another, for meetings.
func (w *world) slot(r *random.Source, at int64, from, to int) int64 {
	t := time.Unix(w.workTime(r, at), 0).In(amsterdam)
	return time.Date(t.Year(), t.Month(), t.Day(), r.Whole(from, to), 30*r.IntN(2), 0, 0, amsterdam).Unix()
}

// later returns when a message is answered: log-normal after the one before, at home or at work.
func (w *world) later(r *random.Source, at int64, medianHours float64, home bool) int64 {
	next := at + 60 + int64(r.LogNormal(medianHours*3600, 1.2))
	t := time.Unix(next, 0).In(amsterdam)
	if home {
		if h := t.Hour(); h < 7 {
			next += int64(7-h) * 3600
		}
		return next
	}
	if h := t.Hour(); h < 7 || h > 21 || w.free(t) {
		next = w.workTime(r, next)
		if next <= at {
			next = at + 60 + int64(r.IntN(5*3600))
		}
	}
	return next
}
