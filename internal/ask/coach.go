package ask

import (
	"strings"
	"time"

	"gave.network/internal/lang"
	"gave.network/internal/locale"
	"gave.network/internal/text"
	"gave.network/internal/text/when"
)

// Aspect is one side of a clear ask.
type Aspect string

// The aspects: SMART as Wayne Baker (All You Have to Do Is Ask, 2020) gives it for asks.
const (
	Specific   Aspect = "specific"
	Meaningful Aspect = "meaningful"
	Doable     Aspect = "doable"
	Real       Aspect = "real"
	TimeBound  Aspect = "time-bound"
)

// Advice is what the coach says of one aspect.
type Advice struct {
	Aspect Aspect `json:"aspect"`
	Good   bool   `json:"good"`
	Say    string `json:"say" doc:"why, in your language"`
}

// Coaching is what the coach says of an ask.
type Coaching struct {
	Advice  []Advice `json:"advice"`
	Rewrite string   `json:"rewrite" doc:"the ask with places to fill in, in its own language; to take or to leave"`
}

// Words by which the coach sees whether an ask has a reason, a size or a wish that is too large.
var (
	reasonWords = lang.Words("coach", "reason")
	vagueWords  = lang.Words("coach", "vague")
	largeWords  = lang.Words("coach", "large")
	smallWords  = lang.Words("coach", "small")
	hedgeWords  = lang.Words("coach", "hedge")
)

// leastWords is how many telling words an ask needs before a helper can know whether it is for them.
const leastWords = 3

// Coach says of an ask whether it is specific, meaningful, doable, real and time-bound, and how to say it better. It
// looks at words only; it advises and never forbids.
func Coach(p *locale.Printer, body, why, by string, now time.Time) Coaching {
	folded := " " + strings.Join(text.Words(body), " ") + " "
	has := func(words []string) bool {
		for _, w := range words {
			if strings.Contains(folded, " "+w+" ") {
				return true
			}
		}
		return false
	}
	telling := len(text.Terms(body, text.Language(body)))
	var advice []Advice
	say := func(aspect Aspect, good bool, yes, no string) {
		a := Advice{aspect, good, yes}
		if !good {
			a.Say = no
		}
		advice = append(advice, a)
	}
	say(Specific, telling >= leastWords && !has(vagueWords), p.T("It says what you look for."),
		p.T("Say exactly what you look for: what, where, which kind. Who reads it must be able to think of one name."))
	reason := strings.TrimSpace(why) != "" || has(reasonWords)
	say(Meaningful, reason, p.T("It says what it is for."),
		p.T("Say why it matters to you; people help sooner when they know."))
	small := has(smallWords) && !has(largeWords)
	say(Doable, small || telling >= leastWords && !has(largeWords) && telling <= 120,
		p.T("It is small enough to say yes to."),
		p.T("Make it something that can be done in half an hour: a name, a look, a call."))
	say(Real, !has(hedgeWords) && (reason || telling >= leastWords), p.T("It is something that you need."),
		p.T("Say what you need it for now; an ask without need is easily passed over."))
	dated := by != ""
	if !dated {
		_, dated = when.Parse(body, now, when.Future)
	}
	say(TimeBound, dated, p.T("It says by when."), p.T("Say by when you need it, for instance within two weeks."))
	return Coaching{advice, rewrite(p, body, why, by, reason, dated, small, now)}
}

// rewrite adds to the ask what it lacks, with places to fill in.
func rewrite(p *locale.Printer, body, why, by string, reason, dated, small bool, now time.Time) string {
	q := locale.New(locale.Or(text.Language(body+" "+why), p.Lang), now.Location())
	parts := []string{sentence(strings.TrimSpace(body))}
	if w := strings.TrimSpace(why); w != "" {
		parts = append(parts, q.T("It is for this: %s", sentence(w)))
	} else if !reason {
		parts = append(parts, q.T("I need it for … (what it is for)."))
	}
	if !small {
		parts = append(parts, q.T("A name or a quarter of an hour helps me already."))
	}
	if day, err := time.ParseInLocation(time.DateOnly, by, now.Location()); err == nil {
		parts = append(parts, q.T("I would like to hear by %s.", q.Date(day)))
	} else if !dated {
		parts = append(parts, q.T("I would like to hear by %s.", q.Date(now.AddDate(0, 0, 14))))
	}
	parts = append(parts, q.T("If it does not suit you, just say so; that is fine."))
	return strings.Join(parts, " ")
}
