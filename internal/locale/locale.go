// Package locale says things in the languages of package lang. The English text in the code is the key; texts.json of a
// language holds what it says instead, and that of English the texts that depend on a number. Plural rules and number
// formats come from CLDR through golang.org/x/text.
package locale

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"

	"gave.network/internal/fault"
	"gave.network/internal/lang"
)

// Lang is a language that Gave speaks.
type Lang string

// English is the default, and Dutch what a test asks for that wants another.
const (
	English Lang = lang.Default
	Dutch   Lang = "nl"
)

// A Spoken language has the name that it gives itself.
type Spoken struct {
	Lang Lang
	Name string
}

// All lists the languages, the default first.
var All = func() (all []Spoken) {
	for _, l := range lang.Spoken() {
		all = append(all, Spoken{Lang(l.Tag), l.Name()})
	}
	return all
}()

// Names names the languages with their tags: English (en), Nederlands (nl).
func Names() string {
	var names []string
	for _, l := range All {
		names = append(names, fmt.Sprintf("%s (%s)", l.Name, l.Lang))
	}
	return strings.Join(names, ", ")
}

// Speaks says whether Gave speaks the language.
func Speaks(l Lang) bool { return languages[l] != nil }

// Or returns a language by its tag, or the other one when Gave does not speak it.
func Or(tag string, other Lang) Lang {
	if l := Lang(tag); Speaks(l) {
		return l
	}
	return other
}

// An entry is a text, or a text for each plural form when it depends on the first number in it.
type entry struct {
	text  string
	forms map[string]string // by the names of CLDR: one, few, other
}

func (e *entry) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &e.text)
	}
	return json.Unmarshal(data, &e.forms)
}

// spoken is a language as this package says it. Its texts are read when something is first said in it: most runs of a
// command need one language, and those of the English keys none.
type spoken struct {
	tag     language.Tag
	entries func() map[string]entry
	months  [12]string
	days    [7]string
}

var (
	languages = map[Lang]*spoken{}
	texts     = catalog.NewBuilder(catalog.Fallback(language.English))
)

func init() {
	for _, l := range lang.Spoken() {
		tag, err := language.Parse(l.Tag)
		if err != nil {
			panic(fmt.Sprintf("locale: %q is no language: %v", l.Tag, err))
		}
		s := &spoken{tag: tag}
		s.entries = sync.OnceValue(func() map[string]entry {
			found, err := read(tag, l.Texts)
			if err != nil {
				panic(fmt.Sprintf("locale: %s/texts.json: %v", l.Tag, err))
			}
			return found
		})
		// The first word for a month or a day is how it is written.
		for i := range s.months {
			s.months[i] = first(l.Words("dates", fmt.Sprintf("month.%d", i+1)), time.Month(i+1).String())
		}
		for i := range s.days {
			s.days[i] = first(l.Words("dates", fmt.Sprintf("weekday.%d", i)), time.Weekday(i).String())
		}
		languages[Lang(l.Tag)] = s
	}
}

// of is what the language says; nothing in one that Gave does not speak.
func of(l Lang) map[string]entry {
	if s := languages[l]; s != nil {
		return s.entries()
	}
	return nil
}

// read takes in what a language says.
func read(tag language.Tag, file []byte) (map[string]entry, error) {
	found := map[string]entry{}
	if err := json.Unmarshal(file, &found); err != nil {
		return nil, err
	}
	for key, e := range found {
		var err error
		if e.forms == nil {
			err = texts.SetString(tag, key, e.text)
		} else {
			var cases []any
			for _, form := range []string{"zero", "one", "two", "few", "many", "other"} {
				if said, ok := e.forms[form]; ok {
					cases = append(cases, form, said)
				}
			}
			err = texts.Set(tag, key, plural.Selectf(numberIn(key), "", cases...))
		}
		if err != nil {
			return nil, fmt.Errorf("%q: %w", key, err)
		}
	}
	return found, nil
}

// verb is what stands for an argument in a text.
var verb = regexp.MustCompile(`%[-+#0]*[0-9.]*([a-zA-Z%])`)

// numberIn is which of the arguments of a text is its first number, counted from 1.
func numberIn(key string) int {
	at := 0
	for _, found := range verb.FindAllStringSubmatch(key, -1) {
		if found[1] != "%" {
			at++
		}
		if found[1] == "d" {
			return at
		}
	}
	return 1
}

func first(words []string, otherwise string) string {
	if len(words) == 0 {
		return otherwise
	}
	return words[0]
}

// Has says whether the language has a text of its own for the key.
func Has(l Lang, key string) bool {
	_, ok := of(l)[key]
	return ok
}

// Keys returns every key that the language has a text for.
func Keys(l Lang) []string { return slices.Collect(maps.Keys(of(l))) }

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
			if spoken := Lang(base.String()); Speaks(spoken) {
				return spoken
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
func New(l Lang, zone *time.Location) *Printer {
	s, ok := languages[l]
	if !ok {
		l, s = English, languages[English]
	}
	s.entries()
	if zone == nil {
		zone = time.UTC
	}
	return &Printer{Lang: l, Zone: zone, printer: message.NewPrinter(s.tag, message.Catalog(texts))}
}

// T says the English text in the printer's language. Numbers given as %d are written the local way, so years are given
// as text.
func (p *Printer) T(key string, args ...any) string {
	if len(args) == 0 && !strings.Contains(key, "%") {
		if e, ok := of(p.Lang)[key]; ok && e.text != "" {
			return e.text
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

// Month returns the month's name.
func (p *Printer) Month(m time.Month) string {
	if m < time.January || m > time.December {
		return m.String()
	}
	return languages[p.Lang].months[m-1]
}

// Weekday returns the day's name.
func (p *Printer) Weekday(d time.Weekday) string { return languages[p.Lang].days[d] }

// Decimal writes a number with the language's own mark before its decimals.
func (p *Printer) Decimal(x float64, decimals int) string {
	mark := strings.Trim(p.printer.Sprintf("%.1f", 0.0), "0")
	return strings.Replace(strconv.FormatFloat(x, 'f', decimals, 64), ".", mark, 1)
}

// Chance says how often of a hundred times something comes about; what is nearly certain only in words, since the
// estimates it rests on are not that sharp.
func (p *Printer) Chance(x float64) string {
	switch n := int(math.Round(100 * x)); {
	case n < 5:
		return p.T("almost never")
	case n > 95:
		return p.T("almost certainly")
	default:
		return p.T("%d of 100 times", n)
	}
}

// Percent says a part of one in whole percents.
func Percent(x float64) string { return strconv.Itoa(int(math.Round(100*x))) + " %" }

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
		return p.T("%d months ago", (days*12+365/2)/365)
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
		return p.T("%d months", (days*12+365/2)/365)
	}
	return p.T("%d years", days/365)
}
