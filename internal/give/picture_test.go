package give

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"gave.network/internal/people"
)

func TestPictureOfATrace(t *testing.T) {
	days := func(n int) string { return fmt.Sprint(n, " days") }
	if p := pictureOf(TraceOutput{Gifts: []GiftShare{{Share: 1}}}, days); p.Width != 0 {
		t.Errorf("a trace without a way is drawn: %+v", p)
	}
	anna, bob := people.Ref{Name: "Anna with a name that is much too long"}, people.Ref{Name: "Bob"}
	p := pictureOf(TraceOutput{Body: "a job", Gifts: []GiftShare{
		{Body: "an article", Share: 0.6, Days: 100, Path: []people.Ref{anna, bob}},
		{Body: "a tip", Share: 0.1, Days: 7, Path: []people.Ref{bob}},
	}}, days)
	if len(p.Dots) != 5 || len(p.Lines) != 4 {
		t.Fatalf("%d dots and %d lines: %+v", len(p.Dots), len(p.Lines), p)
	}
	for _, d := range p.Dots {
		if d.X < 0 || d.Y < 0 || d.X > p.Width || d.Y > p.Height || d.LabelAt < 0 || d.LabelAt > p.Height+20 ||
			len([]rune(d.Label)) > longestLabel {
			t.Errorf("%+v does not fit in %d × %d", d, p.Width, p.Height)
		}
	}
	if end := p.Dots[4]; end.Title != "a job" || p.Dots[3].Person != bob || p.Dots[1].Title != anna.Name ||
		p.Dots[0].Note != "100 days" {
		t.Errorf("%+v", p.Dots)
	}
	if p.Lines[0].Class != "most" || p.Lines[2].Class != "little" {
		t.Errorf("%+v", p.Lines)
	}
}

func TestDelayCurve(t *testing.T) {
	if c := curveOf([]DelayPoint{{0, 1}}); c.Points != "" {
		t.Errorf("%+v", c)
	}
	c := curveOf([]DelayPoint{{100, 0.9}, {800, 0.55}})
	if c.Low != "50 %" || len(strings.Fields(c.Points)) != 5 || len(strings.Fields(c.Area)) != 7 {
		t.Errorf("%+v", c)
	}
	for days, want := range map[int]string{
		800: "now 1 year 2 years", 300: "now 3 months 6 months 9 months", 20: "now",
	} {
		var said []string
		for _, tick := range curveOf([]DelayPoint{{1, 0.9}, {days, 0.5}}).Ticks {
			if tick.X < curveLeft || tick.X > curveWidth {
				t.Errorf("after %d days a tick is at %d", days, tick.X)
			}
			said = append(said, tick.said(context.Background()))
		}
		if got := strings.Join(said, " "); got != want {
			t.Errorf("%d days are marked %q, want %q", days, got, want)
		}
	}
}
