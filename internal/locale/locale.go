// Package locale says things in Dutch and English. The English text in the code is the key; nl.json holds the Dutch,
// and en.json the English texts that depend on a number. Plural rules and number formats come from CLDR through
// golang.org/x/text.
package locale

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"

	"gave.network/internal/fault"
)

// Lang is a language that Gave speaks.
type Lang string

// The languages, the default first.
const (
	English Lang = "en"
	Dutch   Lang = "nl"
)

// All lists the languages with the name that each gives itself.
var All = []struct {
	Lang Lang
	Name string
}{{English, "English"}, {Dutch, "Nederlands"}}

//go:embed nl.json en.json
var files embed.FS

// An entry is a text, or one text for "one" and one for "other" when it depends on the first number in it.
type entry struct {
	Text, One, Other string
}

func (e *entry) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &e.Text)
	}
	var forms struct{ One, Other string }
	if err := json.Unmarshal(data, &forms); err != nil {
		return err
	}
	e.One, e.Other = forms.One, forms.Other
	return nil
}

var (
	tags    = map[Lang]language.Tag{English: language.English, Dutch: language.Dutch}
	entries = map[Lang]map[string]entry{}
	texts   = catalog.NewBuilder(catalog.Fallback(language.English))
)

func init() {
	for lang, tag := range tags {
		content, err := files.ReadFile(string(lang) + ".json")
		if err != nil {
			panic(err)
		}
		found := map[string]entry{}
		if err := json.Unmarshal(content, &found); err != nil {
			panic(fmt.Sprintf("locale: %s.json: %v", lang, err))
		}
		entries[lang] = found
		for key, e := range found {
			if e.Text != "" {
				err = texts.SetString(tag, key, e.Text)
			} else {
				err = texts.Set(tag, key, plural.Selectf(1, "", plural.One, e.One, plural.Other, e.Other))
			}
			if err != nil {
				panic(fmt.Sprintf("locale: %s.json: %q: %v", lang, key, err))
			}
		}
	}
}

// Has says whether the language has a text of its own for the key.
func Has(lang Lang, key string) bool {
	_, ok := entries[lang][key]
	return ok
}

// Keys returns every key that the language has a text for.
func Keys(lang Lang) []string {
	var out []string
	for key := range entries[lang] {
		out = append(out, key)
	}
	return out
}

// Match picks the language for an Accept-Language header or a POSIX locale such as nl_NL.UTF-8.
func Match(preferences ...string) Lang {
	for _, p := range preferences {
		if !strings.ContainsAny(p, ",;") { // a POSIX locale: nl_NL.UTF-8
			p, _, _ = strings.Cut(p, ".")
			p = strings.ReplaceAll(p, "_", "-")
		}
		wanted, _, err := language.ParseAcceptLanguage(p)
		if err != nil || len(wanted) == 0 {
			continue
		}
		for _, tag := range wanted {
			base, _ := tag.Base()
			if _, spoken := tags[Lang(base.String())]; spoken {
				return Lang(base.String())
			}
		}
	}
	return English
}

// Printer says things in one language and one time zone.
type Printer struct {
	Lang    Lang
	Zone    *time.Location
	printer *message.Printer
}

// New makes a printer. An unknown language is English, a nil zone is UTC.
func New(lang Lang, zone *time.Location) *Printer {
	tag, ok := tags[lang]
	if !ok {
		lang, tag = English, tags[English]
	}
	if zone == nil {
		zone = time.UTC
	}
	return &Printer{Lang: lang, Zone: zone, printer: message.NewPrinter(tag, message.Catalog(texts))}
}

// T says the English text in the printer's language. Numbers given as %d are written the local way, so years are given
// as text.
func (p *Printer) T(key string, args ...any) string {
	if len(args) == 0 && !strings.Contains(key, "%") {
		if e, ok := entries[p.Lang][key]; ok && e.Text != "" {
			return e.Text
		}
		return key
	}
	return p.printer.Sprintf(key, args...)
}

// Fault says what went wrong and what can be done, without the cause.
func (p *Printer) Fault(err error) string {
	var known *fault.Error
	if !errors.As(err, &known) {
		return p.T("Something went wrong on our side.")
	}
	text := p.T(known.Message, known.Args...)
	if known.Hint != "" {
		text += " " + p.T(known.Hint)
	}
	return text
}

var dutchMonths = [...]string{
	"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
	"november", "december",
}

// Month returns the month's name.
func (p *Printer) Month(m time.Month) string {
	if p.Lang == Dutch && m >= 1 && m <= 12 {
		return dutchMonths[m-1]
	}
	return m.String()
}

var dutchDays = [...]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"}

// Weekday returns the day's name.
func (p *Printer) Weekday(d time.Weekday) string {
	if p.Lang == Dutch {
		return dutchDays[d]
	}
	return d.String()
}

// Date returns the day as people write it: 3 May 2026, 3 mei 2026. The zero time is empty.
func (p *Printer) Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(p.Zone)
	return fmt.Sprintf("%d %s %d", t.Day(), p.Month(t.Month()), t.Year())
}

// DateTime returns the day and the time: 3 May 2026, 15:00.
func (p *Printer) DateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return p.Date(t) + ", " + t.In(p.Zone).Format("15:04")
}

// Ago says how long before now t was, in the largest unit that fits; times to come say how long until then.
func (p *Printer) Ago(t, now time.Time) string {
	if t.IsZero() {
		return p.T("never")
	}
	days := daysBetween(t.In(p.Zone), now.In(p.Zone))
	switch {
	case days == 0:
		return p.T("today")
	case days == 1:
		return p.T("yesterday")
	case days == -1:
		return p.T("tomorrow")
	case days < 0:
		return p.T("in %d days", -days)
	case days < 14:
		return p.T("%d days ago", days)
	case days < 61:
		return p.T("%d weeks ago", days/7)
	case days < 730:
		return p.T("%d months ago", days*12/365)
	}
	return p.T("%d years ago", days/365)
}

func daysBetween(from, to time.Time) int {
	a := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, time.UTC)
	b := time.Date(to.Year(), to.Month(), to.Day(), 0, 0, 0, 0, time.UTC)
	return int(b.Sub(a).Hours() / 24)
}

// Span says a length of time in its largest fitting unit: 9 days, 3 weeks, 5 months.
func (p *Printer) Span(d time.Duration) string {
	days := int(d.Hours() / 24)
	switch {
	case days < 14:
		return p.T("%d days", days)
	case days < 61:
		return p.T("%d weeks", days/7)
	case days < 730:
		return p.T("%d months", days*12/365)
	}
	return p.T("%d years", days/365)
}
