// Package gallery shows every component of the pages on a page of its own, with made-up content: in each language, with
// names as people have them and with the longest, with much and with nothing.
package gallery

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// Component is one page of the gallery.
type Component struct {
	Key   string
	Shows []string // the components of package page that are on it
	show  func(content) templ.Component
}

// Components are the pages of the gallery, in their order.
var Components = []Component{
	{"head", []string{"Head", "SectionHead", "Seek"}, heads},
	{"face", []string{"Avatar", "Face", "FaceOf", "Square", "PersonLink", "Class", "Ago", "Icon", "Mark"}, faces},
	{"row", []string{"Person", "Onward", "NoteAct", "IntroductionAct", "LayersUsed"}, lists},
	{"act", []string{"Post", "Letter", "MailAct", "SendAct", "CopyAct", "MailLinkAct", "Outsider", "Draft"}, acts},
	{"segments", []string{"Segments", "Chip", "Pager"}, segments},
	{"field", []string{"Field", "PersonField", "WhoIs"}, fields},
	{"question", []string{"Question", "Slider"}, questions},
	{"why", []string{"Why", "Figures"}, reasons},
	{"bars", []string{"Bars"}, bars},
	{"heatmap", []string{"HeatMap"}, heatMaps},
	{"route", []string{"Route"}, routes},
	{"ego", []string{"Ego"}, pictures},
	{"empty", []string{"Empty"}, nothing},
	{"toast", nil, toast},
}

// content makes up what a page of the gallery shows.
type content struct {
	printer *locale.Printer
	long    bool
}

// say returns the text in the language of the page.
func (c content) say(english, dutch string) string {
	if c.printer.Lang == locale.English {
		return english
	}
	return dutch
}

var (
	shortNames = []string{
		"Roos de Haan", "Jérôme Petit", "Fatima Ouali", "Hanneke Smeets", "Iris", "Lonneke van Leeuwen", "Koen Brouwer",
		"دينا كريم", "王小明", "Wim Terpstra",
	}
	longNames = []string{
		"Wilhelmina Henriëtte Mwangi-Waterschap van Molenbeek en Omstreken",
		"Jonkheer Maximiliaan van den Oudenaarde-Zonnenberg",
		"Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Jones",
		"نور الدين محمد عبد الرحمن بن عبد العزيز الأنصاري",
		"Ñ", "🦊🦊🦊 Vos-Vossen-Vossestaart", "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW MMMMMMMMMMMMMMMMMMMM",
		"Anna Maria Catharina Elisabeth de Wit-van der Veen-Schimmelpenninck", "王小明王小明王小明王小明王小明王小明王小明王小明",
		"Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft GmbH",
	}
)

// name returns the i-th of the made-up names.
func (c content) name(i int) string {
	if c.long {
		return longNames[i%len(longNames)]
	}
	return shortNames[i%len(shortNames)]
}

// key returns an id that is the same in every run.
func key(i int) id.ID { return id.ID{14: byte(i >> 8), 15: byte(i + 1)} }

// now is when the gallery is looked at.
var now = time.Date(2026, 11, 29, 9, 30, 0, 0, time.UTC)

// text returns a line of some words.
func (c content) text() string {
	out := c.say("They mailed 55 times; the last was in August.", "Ze mailden 55 keer; het laatst in augustus.")
	if c.long {
		out = strings.Repeat(out+" ", 6)
	}
	return out
}

// tied are so many people around somebody.
func (c content) tied(most int) []page.Tied {
	circles := []string{
		"Waterschap Molenbeek", "De Polder", c.name(0), "", "Bureau Helder", "Vrij Contact", "Meerzicht", "KV",
	}
	var out []page.Tied
	for i := range most {
		t := page.Tied{
			ID: key(i), Name: c.name(i), Circle: circles[i*i%len(circles)], Work: c.text(),
			Strength: float64(1+i%9) / 10,
		}
		if i >= most/3 && most > 3 {
			t.Through = key(i * 7 % (most / 3))
		}
		out = append(out, t)
	}
	return out
}

// ways are three ways to somebody.
func (c content) ways() []page.Way {
	stop := func(i int) page.Stop { return page.Stop{ID: key(i), Name: c.name(i)} }
	return []page.Way{
		{Between: []page.Stop{stop(0)}, Aim: stop(5), Band: "strong"},
		{Between: []page.Stop{stop(1), stop(2)}, Aim: stop(5), Band: "moderate"},
		{Between: []page.Stop{stop(3), stop(6), stop(9)}, Aim: stop(5), Band: "weak"},
	}
}

// heat is who has to do with whom among so many groups; the third says nothing.
func (c content) heat(groups int) page.Heat {
	out := page.Heat{
		Label: c.say("Who has to do with whom", "Wie met wie te maken heeft"),
		Note:  c.say("fewer than 8 ties", "minder dan 8 banden"),
	}
	for i := range groups {
		group := []string{"Directie", "Planning", "Beleid", "Uitvoering", "Werkplaats", "Klantcontact"}[i%6]
		if c.long {
			group = c.name(i)
		}
		out.Names = append(out.Names, group)
		var row []float64
		for j := range groups {
			if i != 2 {
				row = append(row, float64((i*37+j*23)%100)/99)
			}
		}
		out.Share = append(out.Share, row)
	}
	return out
}

// unclear is a name that several people have.
func (c content) unclear() fault.Unclear {
	out := fault.Unclear{Reference: c.name(4)}
	for i := range 3 {
		out.Choices = append(out.Choices, fault.Choice{ID: key(i).String(), Name: c.name(i), Detail: c.text()})
	}
	return out
}

// counts are the contacts of so many months.
func counts(months int) []int {
	out := make([]int, months)
	for i := range out {
		out[i] = max(0, i*i%7-2)
	}
	return out
}

// Handler serves the gallery: a list of its pages at /, and each at its key, with the language (lang), the colours
// (theme) and whether names are long (names) in the address.
func Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", page.Assets())
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		c, ctx := asked(r)
		render(w, ctx, index(c, r.URL.RawQuery))
	})
	for _, one := range Components {
		mux.HandleFunc("GET /"+one.Key, func(w http.ResponseWriter, r *http.Request) {
			c, ctx := asked(r)
			render(w, ctx, whole(one.Key, one.show(c)))
		})
	}
	return mux
}

// asked reads from an address how a page is shown.
func asked(r *http.Request) (content, context.Context) {
	query := r.URL.Query()
	lang := locale.Or(query.Get("lang"), locale.English)
	v := op.Viewer{Role: op.Member, Lang: lang, Zone: time.UTC, Now: now}
	c := content{locale.New(lang, time.UTC), query.Get("names") == "long"}
	shown := page.Request{Viewer: v, Printer: c.printer, Path: r.URL.Path, Theme: query.Get("theme")}
	if r.URL.Path == "/toast" {
		shown.Flash = page.Flash{
			Text: c.say("Sent to ", "Gestuurd aan ") + c.name(0), Undo: page.Undo{Address: "/toast"},
		}
	}
	return c, page.With(r.Context(), &shown)
}

func render(w http.ResponseWriter, ctx context.Context, c templ.Component) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'self'")
	if err := c.Render(ctx, w); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// at is the address of a page of the gallery, shown as the one that is looked at.
func at(name, query string) string { return (&url.URL{Path: "/" + name, RawQuery: query}).String() }
