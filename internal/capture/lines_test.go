package capture_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/capture"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/text"
)

// circle is whom the writer of the lines knows; two of them are called Emma, two Hans and two Chris.
const circle = `Anna Jansen
Piet van der Berg
Kees de Vries
Emma Bakker
Emma Visser
Fatima El Amrani
Sean O'Brien
Jan-Willem Mulder
Sofie van den Heuvel
Mark Smith
Tom Hughes
Rachel Green
Priya Patel
Dirk Postma
Hans Kuiper
Hans Meijer
Yusuf Yilmaz
Lotte de Graaf
Bram Hoekstra
Ingrid Dijkstra
Marieke Prins
David Cohen
Laura Martin
José García
J.P. Vermeulen
Ali Demir
Thomas Müller
Willem Bos
Karin Smit
Chris Evans
Chris Taylor
Nadia Benali
Ruud Peters`

// writer opens an installation in which the circle is known, one of each two namesakes better than the other, on a
// Wednesday evening in Amsterdam.
func writer(t testing.TB) (*app.App, op.Viewer) {
	t.Helper()
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	v, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	if v.Zone, err = time.LoadLocation("Europe/Amsterdam"); err != nil {
		t.Fatal(err)
	}
	v.Now = time.Date(2026, 11, 25, 18, 30, 0, 0, v.Zone)
	for name := range strings.Lines(circle) {
		if _, err := a.Network.AddPerson(ctx, v,
			people.NewPerson{Person: people.Person{Name: strings.TrimSpace(name)}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range []string{
		`lunch @"Emma Bakker" 2 november`, `call @"Hans Meijer" 3 november`, `lunch @"Chris Evans" today`,
	} {
		if out := understand(t, a, v, line, false); !out.Stored {
			t.Fatalf("%s: not stored", line)
		}
	}
	return a, v
}

// understand runs the operation that every face calls.
func understand(t testing.TB, a *app.App, v op.Viewer, line string, preview bool) capture.Output {
	t.Helper()
	out, err := a.Operations.Call(context.Background(), v, "capture", capture.Input{Text: line, Preview: preview})
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return out.(capture.Output)
}

// expected is a line and what is right.
type expected struct {
	line  string
	items []map[string]string // by field; "kind" says which kinds are right
	asks  bool                // nothing but asking is right
	may   bool                // asking is right too
}

func readLines(t testing.TB, path string) (all []expected) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(file)) {
		line = strings.TrimRight(line, "\n")
		item, inside := strings.CutPrefix(line, "\t")
		switch {
		case line == "" || strings.HasPrefix(line, "# ") && len(all) == 0:
		case !inside:
			all = append(all, expected{line: line})
		case item == "ask":
			all[len(all)-1].asks = true
		default:
			last := &all[len(all)-1]
			fields := map[string]string{}
			for i, field := range strings.Split(item, "; ") {
				name, value, _ := strings.Cut(field, ": ")
				switch {
				case field == "or ask":
					last.may = true
				case i == 0:
					fields["kind"] = name
					if value != "" { // "ask: Tom Hughes" for short
						fields["people"] = value
					}
				default:
					fields[name] = value
				}
			}
			last.items = append(last.items, fields)
		}
	}
	return all
}

// The ways in which a line can come out.
const (
	right = "right"
	asked = "asked"
	// Asked though what it offers to keep is right. It counts as asked.
	needless = "asked needlessly"
	silent   = "silently wrong"
)

// offered is what is kept of a line, or would be when the writer is sure, in the order in which it tells it.
func offered(out capture.Output) []capture.Understood {
	all := slices.Clone(out.Understood)
	for _, u := range out.Unclear {
		if u.Reading != nil {
			all = append(all, *u.Reading)
		}
	}
	slices.SortStableFunc(all, func(a, b capture.Understood) int {
		return cmp.Compare(strings.Index(out.Line, a.Text), strings.Index(out.Line, b.Text))
	})
	return all
}

// judge says how a line came out, and what is not right in it.
func (e expected) judge(out capture.Output) (verdict, why string) {
	asks := !out.Complete
	if e.asks {
		if asks {
			return right, ""
		}
		return silent, "does not ask"
	}
	if asks && e.may {
		return right, ""
	}
	// A remark may be kept as a note beside what is told.
	var items []capture.Understood
	notes := slices.ContainsFunc(e.items, func(want map[string]string) bool {
		return strings.Contains(want["kind"], "note")
	})
	for _, u := range offered(out) {
		if u.Kind != "note" || notes || len(offered(out)) == 1 {
			items = append(items, u)
		}
	}
	for n := len(items); n > max(1, len(e.items)) && items[n-1].Kind == "note"; n-- {
		items = items[:n-1] // a note that is kept in two is no loss
	}
	wrong := ""
	if len(items) > len(e.items) {
		wrong = fmt.Sprintf("%d things understood, not %d", len(items), len(e.items))
	}
	for i, u := range items {
		if i < len(e.items) && wrong == "" {
			wrong = differs(e.items[i], u)
		}
	}
	missing := len(items) < len(e.items)
	switch {
	case asks && wrong == "" && !missing && out.Doubtful && len(items) > 0:
		return needless, ""
	case asks:
		return asked, wrong
	case wrong != "" && len(out.Unclear) > 0 && wrong == "when nothing":
		return asked, wrong // the day was not understood, and that is said
	case wrong != "":
		return silent, wrong
	case missing && len(out.Unclear) == 0:
		return silent, "something is lost"
	case missing || len(out.Unclear) > 0:
		return asked, "not understood: " + out.Unclear[0].Text
	}
	return right, ""
}

// differs says in which field an item is not as it should be.
func differs(want map[string]string, u capture.Understood) string {
	said := cmp.Or(u.Title, u.Body)
	about := cmp.Or(u.Title, u.Body)
	organisation, role := u.Organisation, u.Role
	if organisation == "" && len(u.People) > 0 {
		organisation, role = u.People[0].Organisation, cmp.Or(role, u.People[0].Role)
	}
	got := map[string]string{
		"kind": string(u.Kind), "people": namesOf(u.People), "others": namesOf(u.Others), "medium": u.Medium,
		"all":   namesOf(slices.Concat(u.People, u.Others)),
		"place": u.Place, "what": bare(said), "about": bare(about), "fact": u.Fact, "organisation": organisation,
		"role": role, "gift": u.Gift, "return": u.Return, "link": u.Link, "tags": strings.Join(u.Tags, ", "),
		"minutes": strconv.Itoa(u.Minutes), "everyone": "", "received": "",
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value := want[name]
		switch name {
		case "when":
			continue
		case "what", "about", "organisation", "role", "fact", "place":
			if u.Kind == "note" { // where a note is right, it keeps all words
				continue
			}
		case "everyone":
			if !u.Everyone {
				return "not to everybody"
			}
			continue
		case "received":
			if !u.Received {
				return "not received"
			}
			continue
		case "people", "others", "all":
			sorted := strings.Split(value, ", ")
			slices.Sort(sorted)
			value = strings.Join(sorted, ", ")
		}
		if !slices.ContainsFunc(strings.Split(value, "|"), func(one string) bool {
			if name == "what" || name == "about" {
				one = bare(one)
			}
			return one == got[name]
		}) {
			if (name == "what" || name == "about") && holdsOne(got[name], value) {
				return fmt.Sprintf("%s, %s %q, not %q", saysMore, name, got[name], value)
			}
			return fmt.Sprintf("%s %q, not %q", name, got[name], value)
		}
	}
	switch {
	case want["people"] == "" && want["all"] == "" && len(u.People) > 0:
		return "people " + namesOf(u.People)
	case want["tags"] == "" && len(u.Tags) > 0:
		return "tags"
	case want["received"] == "" && u.Received && u.Kind == "praise":
		if _, ok := want["received"]; !ok {
			return "received"
		}
	}
	return whenDiffers(want, u)
}

// saysMore begins what is wrong with words that hold the right ones, and more.
const saysMore = "says more"

// holdsOne tells whether one of some texts stands within another, in whole words.
func holdsOne(got, wanted string) bool {
	for one := range strings.SplitSeq(wanted, "|") {
		if one = bare(one); one != "" && strings.Contains(" "+got+" ", " "+one+" ") {
			return true
		}
	}
	return false
}

func whenDiffers(want map[string]string, u capture.Understood) string {
	if u.When == nil {
		if want["when"] == "" || strings.Contains(want["when"], "none") {
			return ""
		}
		return "when nothing"
	}
	moment := u.When.Format("2006-01-02T15:04")
	if want["when"] == "" {
		return "when " + moment
	}
	for one := range strings.SplitSeq(want["when"], "|") {
		first, last, span := strings.Cut(one, "..")
		switch {
		case span && moment[:10] >= first && moment[:10] <= last,
			strings.HasPrefix(moment, one), len(one) == len("01-02") && one == moment[5:10]:
			return ""
		}
	}
	return fmt.Sprintf("when %s, not %s", moment, want["when"])
}

func namesOf(list []capture.Who) string {
	var all []string
	for _, w := range list {
		all = append(all, w.Name)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// bare is what is compared of words: without case, quotes and the article before them.
func bare(s string) string {
	s = text.Fold(strings.NewReplacer(`"`, "", "“", "", "”", "", ".", "").Replace(s))
	for _, article := range []string{"een ", "de ", "het ", "a ", "an ", "the "} {
		if rest, ok := strings.CutPrefix(s, article); ok {
			return rest
		}
	}
	return s
}

// count judges lines and counts how they come out. Of those that are shown it logs what is not right.
func count(t *testing.T, a *app.App, v op.Viewer, lines []expected, show bool) map[string]int {
	t.Helper()
	sum := map[string]int{}
	for _, e := range lines {
		verdict, why := e.judge(understand(t, a, v, e.line, true))
		sum[verdict]++
		if verdict == needless {
			sum[asked]++
		}
		if verdict == silent && strings.HasPrefix(why, saysMore) {
			sum[saysMore]++
		}
		if show && verdict != right {
			t.Logf("%s: %s: %s", verdict, e.line, why)
		}
	}
	return sum
}

// Everyday lines: how many are understood fully, and how many go wrong without a question. Every second line of the
// first table is held out; the next two tables were written when the rules were done, one after the other; kept.txt and
// third.txt are by two other hands, who had not read the rules; kinds.txt is by the hand that mended them; hands.txt is
// by many hands. What a table gave when it was run for the first time is what could be expected of lines that nobody
// had seen. Afterwards all were looked at and the rules mended on them, so that what they give now says only that
// nothing was lost; but not on unseen.txt, hands-kept.txt, professionals-kept.txt, chatty-kept.txt and
// consultant-kept.txt, which are what to expect of other lines. The totals may not fall. "make quality" reads them
// from the log.
func TestLines(t *testing.T) {
	a, v := writer(t)
	parts := map[string][]expected{
		"fresh": readLines(t, "testdata/fresh.txt"), "final": readLines(t, "testdata/final.txt"),
		"another hand": readLines(t, "testdata/kept.txt"), "a third hand": readLines(t, "testdata/third.txt"),
		"kinds": readLines(t, "testdata/kinds.txt"), "many hands": readLines(t, "testdata/hands.txt"),
		"unseen": readLines(t, "testdata/unseen.txt"), "kept back": readLines(t, "testdata/hands-kept.txt"),
		"professionals":                readLines(t, "testdata/professionals.txt"),
		"professionals kept back":      readLines(t, "testdata/professionals-kept.txt"),
		"a researcher":                 readLines(t, "testdata/researcher.txt"),
		"a community worker":           readLines(t, "testdata/chatty.txt"),
		"a consultant kept back":       readLines(t, "testdata/consultant-kept.txt"),
		"a community worker kept back": readLines(t, "testdata/chatty-kept.txt"),
	}
	for i, e := range readLines(t, "testdata/lines.txt") {
		name := []string{"tuned", "held out"}[i%2]
		parts[name] = append(parts[name], e)
	}
	for _, part := range []struct {
		name            string
		right, silently int
		first           string // when it was run for the first time
		before          string // the same lines, by the rules as they were before the last mending, or before any
	}{
		{"tuned", 123, 0, "", "57 right, 48 silently wrong"},
		{"held out", 119, 2, "111 right, 8 silently wrong", "50 right, 54 silently wrong"},
		{"fresh", 60, 0, "56 right, 4 silently wrong", "26 right, 22 silently wrong"},
		{"final", 60, 0, "57 right, 1 silently wrong", "35 right, 17 silently wrong"},
		{"another hand", 58, 2, "45 right, 9 silently wrong", "not run"},
		{"a third hand", 115, 3, "67 right, 28 silently wrong", "not run"},
		{"kinds", 129, 0, "", "not run"},
		{"many hands", 209, 9, "157 right, 30 silently wrong", "not run"},
		{"unseen", 88, 11, "79 right, 17 silently wrong", "85 right, 13 silently wrong"},
		{"professionals", 186, 2, "", "167 right, 23 silently wrong"},
		{"professionals kept back", 88, 5, "88 right, 5 silently wrong", "90 right, 3 silently wrong"},
		{"a researcher", 121, 16, "88 right, 40 silently wrong", "not run"},
		{"a community worker", 98, 52, "71 right, 67 silently wrong", "not run"},
		{"a consultant kept back", 126, 78, "126 right, 78 silently wrong", "110 right, 81 silently wrong"},
		{"a community worker kept back", 44, 27, "33 right, 27 silently wrong", "33 right, 27 silently wrong"},
		{"kept back", 82, 18, "80 right, 21 silently wrong", "79 right, 17 silently wrong"},
	} {
		lines := parts[part.name]
		shown := testing.Verbose() && part.name != "held out" && part.name != "unseen" &&
			!strings.HasSuffix(part.name, "kept back")
		sum := count(t, a, v, lines, shown)
		t.Logf("%s: of %d lines %d right, %d asked, %d silently wrong; first %s; before %s; "+
			"%d of what is asked would be right; %d of what is wrong only says more",
			part.name, len(lines), sum[right], sum[asked], sum[silent], part.first, part.before, sum[needless],
			sum[saysMore])
		if sum[right] < part.right || sum[silent] > part.silently {
			t.Errorf("%s: at least %d were right and at most %d silently wrong", part.name, part.right, part.silently)
		}
	}
}

// What a line tells is kept in the room where it belongs: praise in both directions, and who travels and walks with
// whom in the title, by which package colleagues knows the layer.
func TestLinesAreKept(t *testing.T) {
	a, v := writer(t)
	ctx := context.Background()
	for _, c := range []struct{ line, title string }{
		{"carpool met Kees gisteren", "carpool"},
		{"reed gisteren met ruud mee naar kantoor", "meerijden"},
		{"samen met Lotte in de trein naar Zwolle gisteren", "trein"},
		{"gisteren gelunchwandeld met Ingrid", "gelunchwandeld"},
		{"carpooled with Laura yesterday", "carpooled"},
	} {
		out := understand(t, a, v, c.line, false)
		if !out.Stored {
			t.Errorf("%s: not stored", c.line)
			continue
		}
		events, err := a.Network.Timeline(ctx, v, out.Understood[0].People[0].ID, "", v.Now, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(events) == 0 || events[0].Title != c.title {
			t.Errorf("%s: %+v, want the title %s", c.line, events, c.title)
		}
	}
	for _, line := range []string{"lof voor Lotte: sterke workshop", "Willem bedankte me voor de rondleiding"} {
		if out := understand(t, a, v, line, false); !out.Stored {
			t.Errorf("%s: not stored", line)
		}
	}
	for _, line := range []string{
		"Karin Smit | UX-ontwerper | Gemeente Utrecht", "Lotte, 06-11223344, lotte@voorbeeld.example",
	} {
		out := understand(t, a, v, line, false)
		if !out.Stored {
			t.Errorf("%s: not stored", line)
			continue
		}
		who := out.Understood[0].People[0].ID
		p, err := a.Network.Person(ctx, a.Network.DB(), v, who)
		if err != nil {
			t.Fatal(err)
		}
		identifiers, err := a.Network.Identifiers(ctx, v, []id.ID{who})
		if err != nil {
			t.Fatal(err)
		}
		if p.Organisation != "Gemeente Utrecht" && len(identifiers[who]) != 2 {
			t.Errorf("%s: %+v %+v", line, p, identifiers[who])
		}
	}
	v, err := a.Account.Local(ctx, locale.English) // with the person that the first line made
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := a.Praise.List(ctx, v)
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]bool{}
	for _, p := range list {
		kept[p.Author.Name+" of "+p.Subject.Name+": "+p.Text] = true
	}
	for _, want := range []string{"Me of Lotte de Graaf: sterke workshop", "Willem Bos of Me: rondleiding"} {
		if !kept[want] {
			t.Errorf("praise kept: %v, not %q", kept, want)
		}
	}
}

// What is doubtful is asked: the reading is shown and not stored, unless the writer is sure or keeps it as a note.
func TestDoubtIsAsked(t *testing.T) {
	a, v := writer(t)
	ctx := context.Background()
	for _, c := range []struct{ line, kind string }{
		{"Ali zegt ja op het interview", "interaction"},
		{"usually take the 8:05 with Tom", "interaction"},
		{"Baked a lemon drizzle for Sean after all his work on the lighting", "gift"},
	} {
		out := understand(t, a, v, c.line, false)
		if out.Stored || out.Complete || !out.Doubtful || len(out.Unclear) != 1 || out.Unclear[0].Reading == nil {
			t.Errorf("%s: %+v, want a question with what it may tell", c.line, out)
			continue
		}
		if kind := string(out.Unclear[0].Reading.Kind); kind != c.kind {
			t.Errorf("%s: read as %s, want %s", c.line, kind, c.kind)
		}
		note := understand(t, a, v, out.AsNote, true)
		if !note.Complete || len(note.Understood) != 1 || note.Understood[0].Kind != "note" {
			t.Errorf("%s: %+v, want a note", out.AsNote, note)
		}
		sure, err := a.Operations.Call(ctx, v, "capture", capture.Input{Text: c.line, Sure: true})
		if err != nil {
			t.Fatal(err)
		}
		if out := sure.(capture.Output); !out.Stored || string(out.Understood[0].Kind) != c.kind {
			t.Errorf("%s: %+v, want it stored as read", c.line, out)
		}
	}
	// Sure does not say who is meant.
	sure, err := a.Operations.Call(ctx, v, "capture", capture.Input{Text: "lunch with Emma", Sure: true})
	if err != nil {
		t.Fatal(err)
	}
	if sure.(capture.Output).Stored {
		t.Error("lunch with Emma, of whom there are two, is stored")
	}
}
