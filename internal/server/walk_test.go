package server_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/chromedp/chromedp/kb"

	"gave.network/internal/capture"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people"
	"gave.network/internal/people/identity"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// way is how somebody walks through Gave.
type way string

const (
	byFinger   way = "phone"
	byMouse    way = "desktop"
	byKeyboard way = "keys"
)

// walker is a stranger with a task, and what it took so far.
type walker struct {
	house
	*browsertest.Browser
	t     *testing.T
	way   way
	owner op.Viewer
	words func(english, dutch string) string

	taps   int // what was pressed: a link, a button, a fold, or the key that presses it
	fields int // fields into which the cursor had to be put
	steps  int // keys that lead from one thing to the next
}

// say counts what one task took.
type toll struct{ taps, fields, steps int }

// mark finds the first thing that is seen, matches the selector and says the words, and gives it a name to be found by.
func (w *walker) mark(selector, words string) string {
	w.t.Helper()
	for range 100 {
		if browsertest.Evaluate[bool](w.Browser, `(() => {
			document.querySelectorAll("[data-walk]").forEach((e) => e.removeAttribute("data-walk"));
			const e = [...document.querySelectorAll(`+strconv.Quote(selector)+`)].find((e) => e.checkVisibility() &&
				e.textContent.replace(/\s+/g, " ").includes(`+strconv.Quote(words)+`));
			e?.setAttribute("data-walk", ""); return !!e; })()`) {
			return "[data-walk]"
		}
		time.Sleep(50 * time.Millisecond)
	}
	w.t.Fatalf("%s: nothing matches %s with %q at %s: %s", w.way, selector, words, w.Address(), w.Text("body"))
	return ""
}

// press presses the first thing that is seen, matches and says the words, as its way is, and waits for what follows.
func (w *walker) press(selector, words string) {
	w.t.Helper()
	at := w.mark(selector, words)
	w.taps++
	switch w.way {
	case byFinger:
		w.Touch(at)
	case byMouse:
		w.Click(at)
	case byKeyboard:
		w.reach(at)
		w.Keys(kb.Enter)
	}
	w.settled()
}

// reach leads the keyboard to a thing by the Tab key.
func (w *walker) reach(selector string) {
	w.t.Helper()
	for range 250 {
		if browsertest.Evaluate[bool](w.Browser, `!!document.activeElement?.matches(`+strconv.Quote(selector)+`)`) {
			return
		}
		w.Keys(kb.Tab)
		w.steps++
	}
	w.t.Fatalf("%s: the Tab key does not reach what is marked at %s", w.way, w.Address())
}

// settled waits until nothing is under way.
func (w *walker) settled() {
	w.t.Helper()
	time.Sleep(250 * time.Millisecond)
	w.Eventually("html:not([data-sending]) main h1", "")
	for range 100 {
		if browsertest.Evaluate[bool](w.Browser,
			`document.readyState === "complete" && !document.documentElement.hasAttribute("data-sending")`) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// write types into a field; the cursor is put there first where it is not yet.
func (w *walker) write(selector, text string) {
	w.t.Helper()
	w.mark(selector, "")
	if !browsertest.Evaluate[bool](w.Browser, `!!document.activeElement?.matches("[data-walk]")`) {
		switch w.way {
		case byFinger:
			w.fields++
			w.Touch("[data-walk]")
		case byMouse:
			w.fields++
			w.Click("[data-walk]")
		case byKeyboard:
			w.reach("[data-walk]")
		}
		time.Sleep(100 * time.Millisecond)
	}
	w.Keys(text)
}

// seek opens the search, types, and presses what it finds that matches and says the words.
func (w *walker) seek(typed, of, words string) {
	const options = "#palette-found[aria-busy=false] [role=option]"
	w.t.Helper()
	switch w.way {
	case byFinger:
		w.press("main .head a[data-sheet=palette]", "")
	case byMouse:
		w.press(".rail a[data-sheet=palette]", "")
	case byKeyboard:
		w.taps++
		w.Keys("/")
	}
	w.write("#palette input", typed)
	w.mark(options+of, words)
	if w.way != byKeyboard {
		w.press(options+of, words)
		return
	}
	w.taps++
	for range 30 {
		w.mark(options+of, words)
		if browsertest.Evaluate[bool](w.Browser, `document.querySelector("[data-walk]").ariaSelected === "true"`) {
			break
		}
		w.Keys(kb.ArrowDown)
		w.steps++
	}
	w.Keys(kb.Enter)
	w.settled()
}

// seen fails the test unless something on the page that matches says the words, and is on the screen.
func (w *walker) seen(selector, words string) {
	w.t.Helper()
	at := w.mark(selector, words)
	for range 20 {
		if browsertest.Evaluate[bool](w.Browser, `(() => { const r = document.querySelector("`+at+`").getBoundingClientRect();
			return r.top >= 0 && r.top < innerHeight - 60; })()`) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	w.t.Errorf("%s: %s with %q is not on the screen at %s", w.way, selector, words, w.Address())
}

// stays runs what is sent from a page and fails the test when the page was loaded anew or jumped.
func (w *walker) stays(send func()) {
	w.t.Helper()
	browsertest.Evaluate[bool](w.Browser, `window.walked = true,
		addEventListener("click", () => { window.from = scrollY; }, true), true`)
	send()
	if !browsertest.Evaluate[bool](w.Browser, `window.walked === true`) {
		w.t.Errorf("%s: the page was loaded anew at %s", w.way, w.Address())
	}
	if jump := browsertest.Evaluate[float64](w.Browser, `scrollY - window.from`); jump != 0 {
		w.t.Errorf("%s: the page jumped by %v at %s", w.way, jump, w.Address())
	}
}

// call runs an operation as the owner.
func called[T any](w *walker, name string, in any) T {
	w.t.Helper()
	out, err := w.app.Operations.Call(context.Background(), w.owner, name, in)
	if err != nil {
		w.t.Fatal(name, err)
	}
	return out.(T)
}

// The people of the walk, beside those of the world.
const (
	liker    = "Tessa Letter"    // in touch, and fond of gliding
	middle   = "Wouter Tussen"   // in touch, and with the next
	farther  = "Yara Verschoor"  // works where nobody is in touch
	twice    = "Xandra Dubbel"   // two people
	leaving  = "Walter Weg"      // is to be erased
	workshop = "Stichting Veraf" // where the farther one works
)

// openWalk opens a house with the people of the walk, and lets somebody in.
func openWalk(t *testing.T, how way, o browsertest.Options) *walker {
	t.Helper()
	ctx := context.Background()
	w := &walker{house: full(t, 120), t: t, way: how}
	owner, err := w.app.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	owner.Zone = time.UTC
	w.owner = owner
	of := map[string]id.ID{}
	for _, p := range []people.NewPersonInput{
		{Name: liker, Email: []string{"tessa@walk.example"}},
		{Name: middle, Email: []string{"wouter@walk.example"}},
		{Name: farther, Organisation: workshop, Role: "directeur"},
		{Name: twice, Organisation: "Bureau Blauw"},
		{Name: twice, Organisation: "Waterschap Molenbeek"},
		{Name: leaving},
		{Name: "Karin Evenbeeld"},
		{Name: "Karin Evenbeeld", Email: []string{"karin@walk.example"}},
		{Name: "Koos Evenbeeld"},
		{Name: "Koos Evenbeeld", Email: []string{"koos@walk.example"}},
	} {
		of[p.Name] = called[people.IdentifiedPerson](w, "people.add", p).ID
	}
	met := func(days int, who ...id.ID) {
		i := tie.Interaction{
			ID: id.New(), Owner: owner.Member, Medium: tie.FaceToFace, People: len(who), Source: "test",
			Time: owner.Now.AddDate(0, 0, -days).UnixMicro(), External: id.New(),
		}
		for n, p := range who {
			role := tie.To
			if n == 0 {
				role = tie.From
			}
			i.Participants = append(i.Participants, tie.Participant{Person: p, Role: role})
		}
		peopletest.Record(t, w.app.DB, owner, i)
	}
	for days := range 20 {
		met(7*days+3, owner.Person, of[liker])
		met(9*days+4, owner.Person, of[middle])
		met(8*days+4, of[middle], of[farther])
	}
	if _, err := w.app.Operations.Call(ctx, owner, "capture", capture.Input{
		Text: `@"` + liker + `" likes zweefvliegen boven de Waddenzee`,
	}); err != nil {
		t.Fatal(err)
	}
	w.Browser = browsertest.New(t, o)
	w.enter(w.Browser)
	w.words = func(english, dutch string) string {
		if o.Language == "nl" {
			return dutch
		}
		return english
	}
	if o.Language == "nl" {
		w.Open(w.url + "/settings")
		w.Choose("#language", "Nederlands")
		tap(w.Browser, "form.fields button.primary")
	}
	return w
}

// task is one thing that a stranger wants to have done, and in how many taps at most.
type task struct {
	name string
	aim  int
	from string // the page on which it begins; Today when empty
	do   func(w *walker)
}

// tasks are what there is to do. Each ends with what can be seen, and with what is kept.
var tasks = []task{
	{"note a lunch", 2, "", func(w *walker) {
		w.stays(func() {
			if w.way == byKeyboard {
				w.taps++
				w.Keys("n")
			} else {
				w.press("nav a[data-sheet=jot]", "")
			}
			w.write("#capture-text", w.words(`lunch @"`+liker+`" yesterday`, `lunch @"`+liker+`" gisteren`))
			w.press("#capture-preview button.primary", "")
		})
		w.seen("#said .toast", w.words("Stored.", "Opgeslagen."))
		w.kept(1, `select count(*) from interaction where source = 'said' and time > $1`,
			w.owner.Now.AddDate(0, 0, -2).UnixMicro())
	}},
	{"introduction to an organisation", 4, "", func(w *walker) {
		w.seek("veraf", ":has(.sq)", workshop)
		w.press("main .row a.button", w.words("Ask an intro", "Vraag intro"))
		w.write("#f-text", "een gesprek over jullie werkplaats")
		w.press("main form button.primary", "")
		w.seen("main", middle)
		w.kept(1, `select count(*) from introduction where body like '%werkplaats%'`)
	}},
	{"a link to whoever would like it", 3, "", func(w *walker) {
		const link = "https://nergens.invalid/stuk Zweefvliegen boven de Waddenzee"
		w.seek(link, "", w.words("Who would like this?", "Wie heeft hier iets aan?"))
		w.stays(func() { w.mailed(func() { w.press("main .row:has(a.t) button[data-mail]", "") }) })
		w.seen("#said .toast", w.words("Noted.", "Genoteerd."))
		w.kept(1, `select count(*) from gift where body like '%Waddenzee%'`)
	}},
	{"ask, and choose whom", 4, "", func(w *walker) {
		const question = "Wie kent iemand die kan zweefvliegen?"
		w.seek(question, "", w.words("Who can help with this?", "Wie kan hierbij helpen?"))
		w.mailed(func() { w.press("main .row button[data-mail]", "Tessa") })
		w.seen("main h1", "")
		w.seen("main", liker)
		w.kept(1, `select count(*) from ask where body like '%zweefvliegen%'`)
	}},
	{"praise one of two who bear one name", 3, "", func(w *walker) {
		w.seek(w.words("praise xandra", "lof xandra"), "", "Waterschap")
		w.write("#f-text", "Je zag het als eerste.")
		w.press("main form button.primary", "")
		w.seen("main figure", "Je zag het als eerste.")
		w.kept(1, `select count(*) from praise p join person s on s.id = p.subject
			where p.body like '%als eerste%' and s.organisation = 'Waterschap Molenbeek'`)
	}},
	{"why a tie is strong", 1, liker, func(w *walker) {
		w.stays(func() { w.press("main summary", w.words("Why this strength?", "Waarom deze sterkte?")) })
		w.seen("#arithmetic p", "")
	}},
	{"settle who is here twice", 1, "", func(w *walker) {
		before := count(w.t, w.app.DB, `select count(*) from merge where state = 'merged'`)
		w.stays(func() { w.press("main button[data-do=act]", w.words("Merge", "Voeg samen")) })
		w.seen("#said .toast", w.words("Done.", "Klaar."))
		if after := count(w.t, w.app.DB, `select count(*) from merge where state = 'merged'`); after < before+2 {
			w.t.Errorf("%s: %d merges before, %d after", w.way, before, after)
		}
		if left := called[identity.ProposalsOutput](w, "merges.list", identity.ProposalsInput{}).Certain; left > 1 {
			w.t.Errorf("%s: %d pairs are certain and left", w.way, left)
		}
	}},
	{"find a team", 3, "", func(w *walker) {
		w.seek("team", "", w.words("Find a team", "Zoek een team"))
		w.write("#f-skills", "schrijven, fotografie")
		w.press("main form button.primary", "")
		w.seen("main .answer", w.words("Best together", "Samen het best"))
	}},
	{"win a proposal", 4, "", func(w *walker) {
		w.seek(w.words("proposal", "voorstel"), "", w.words("Win a proposal", "Krijg een voorstel erdoor"))
		w.write("#f-file", liker+", 1, voor\n"+middle+", 1, ?\n"+farther+", 1, tegen")
		w.press("main form button.primary", "")
		w.seen("main .answer", "")
	}},
	{"erase somebody", 4, "", func(w *walker) {
		w.seek("walter", "", leaving)
		w.press("main a", w.words("Erase "+leaving, leaving+" wissen"))
		w.press("main form button.danger", "")
		w.seen("#said .toast", "")
		w.kept(0, `select count(*) from person where name = '`+leaving+`'`)
	}},
	{"take everything along", 2, "", func(w *walker) {
		if w.way == byFinger {
			w.press("nav.bar a", "Meer")
		} else {
			w.Open(w.url + "/more")
			w.taps++
		}
		w.press("main button", w.words("Take everything along", "Neem alles mee"))
		w.kept(1, `select count(*) from audit where action = 'export'`)
		w.seen("main button", w.words("Take everything along", "Neem alles mee")) // the file came beside the page
	}},
	{"a second member", 2, "", func(w *walker) {
		if w.way == byFinger {
			w.press("nav.bar a", "Meer")
		} else {
			w.Open(w.url + "/more")
			w.taps++
		}
		w.press("main button", w.words("Invite a member", "Nodig iemand uit"))
		w.seen("#members ~ .flash code", "/welcome?link=")
		w.kept(1, `select count(*) from invitation where kind = 'join' and used = 0`)
	}},
}

// kept fails the test unless so many rows are there.
func (w *walker) kept(want int, query string, args ...any) {
	w.t.Helper()
	if got := count(w.t, w.app.DB, query, args...); got != want {
		w.t.Errorf("%s: %d rows, want %d: %s", w.way, got, want, query)
	}
}

// mailed fails the test unless a mail that is written already is opened meanwhile.
func (w *walker) mailed(send func()) {
	w.t.Helper()
	browsertest.Evaluate[bool](w.Browser, `window.mails = [], HTMLAnchorElement.prototype.click = function () {
		window.mails.push(this.href); }, true`)
	send()
	if mails := browsertest.Evaluate[string](w.Browser, `window.mails.join(" ")`); !strings.HasPrefix(mails, "mailto:tessa@walk.example?body=") {
		w.t.Errorf("%s: the mails that opened are %q", w.way, mails)
	}
}

// A stranger does ten tasks and two more: in Dutch with a finger on a phone, in English with a mouse, and by keyboard
// alone. None takes more taps than it should, loads a page anew or jumps where it stays, shows a page of an error or
// ends where nothing leads on, and what was done is kept.
func TestAStrangersWalk(t *testing.T) {
	t.Parallel()
	tolls := map[way][]toll{}
	for _, device := range []struct {
		way way
		o   browsertest.Options
	}{
		{byFinger, browsertest.Options{Phone: true, Language: "nl"}},
		{byMouse, browsertest.Options{}},
		{byKeyboard, browsertest.Options{}},
	} {
		t.Run(string(device.way), func(t *testing.T) {
			w := openWalk(t, device.way, device.o)
			for _, task := range tasks {
				if only := os.Getenv("GAVE_WALK"); only != "" && !strings.Contains(task.name, only) {
					continue
				}
				w.begin(task.from)
				task.do(w)
				w.leadsOn(task.name)
				w.Screenshot(walkPages, strings.ReplaceAll(task.name, " ", "-")+"-"+string(w.way))
				if w.taps > task.aim {
					t.Errorf("%s by %s takes %d taps, want %d at most", task.name, w.way, w.taps, task.aim)
				}
				tolls[w.way] = append(tolls[w.way], toll{w.taps, w.fields, w.steps})
			}
		})
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "task\taim\tphone\tdesktop\tkeys\tsteps between")
	for i, task := range tasks {
		row := fmt.Sprintf("%s\t%d", task.name, task.aim)
		for _, each := range []way{byFinger, byMouse, byKeyboard} {
			if i >= len(tolls[each]) {
				return
			}
			row += fmt.Sprintf("\t%d", tolls[each][i].taps)
			if n := tolls[each][i].fields; n > 0 {
				row += fmt.Sprintf(" + %d", n)
			}
		}
		fmt.Fprintf(table, "%s\t%d\n", row, tolls[byKeyboard][i].steps)
	}
	table.Flush()
}

// walkPages is where screenshots of the ends of the tasks go; nowhere unless somebody wants to look.
var walkPages = os.Getenv("GAVE_WALK_SCREENSHOTS")

// begin opens the page of somebody, or Today, and counts from nothing.
func (w *walker) begin(person string) {
	w.t.Helper()
	w.Open(w.url + "/")
	if person != "" {
		w.Open(w.url + "/people?query=" + strings.ReplaceAll(person, " ", "+"))
		w.Open(browsertest.Evaluate[string](w.Browser, `document.querySelector("main .row a.t").href`))
	}
	w.settled()
	w.taps, w.fields, w.steps = 0, 0, 0
}

// leadsOn fails the test when the page says that something is in the way, or leads nowhere from what it shows.
func (w *walker) leadsOn(name string) {
	w.t.Helper()
	if browsertest.Evaluate[bool](w.Browser, `!!document.querySelector("main .empty h1, main [aria-invalid], main .bad")`) {
		w.t.Errorf("%s by %s ends with %s", name, w.way, w.Text("main"))
	}
	if !browsertest.Evaluate[bool](w.Browser, `[...document.querySelectorAll("main :is(a, button)")].some((e) =>
		e.checkVisibility() && !e.closest("#said"))`) {
		w.t.Errorf("%s by %s ends at %s, where nothing leads on", name, w.way, w.Address())
	}
}
