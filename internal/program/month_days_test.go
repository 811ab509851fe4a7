//go:build linux

package program_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"gave.network/internal/page/browsertest"
)

// days are what happens once, besides what happens every day. docs/month.md tells it in a table.
var days = map[int]func(*month){
	1: (*month).arrive, 2: (*month).connect, 3: (*month).share, 4: (*month).phoneBegins, 5: (*month).praise,
	6: (*month).askNamed, 7: (*month).outsiderAnswers, 8: (*month).colleagueAnswers, 9: (*month).askCloses,
	10: (*month).askIsThanked, 11: (*month).introduceBegins, 12: (*month).introduceThrough,
	13: (*month).introduceAgreed, 14: (*month).killedInASource, 15: (*month).halfway, 16: (*month).introduceMade,
	17: (*month).phoneWrites, 18: (*month).introduceFollowed, 19: (*month).introduceThanked,
	20: (*month).praiseForALetter, 21: (*month).phoneDeletes, 22: (*month).praiseByMail, 23: (*month).askOfTheSpace,
	24: (*month).membersMeet, 25: (*month).eveMeets, 26: (*month).commons, 27: (*month).takesBack,
	28: (*month).nodesRestart, 29: (*month).mailStops,
}

const (
	petra = "petra@else.example"
	otto  = "otto@else.example"
)

// signIn opens a browser of a member.
func (m *month) signIn(r *resident, o browsertest.Options) *browsertest.Browser {
	m.t.Helper()
	b := browsertest.New(m.t, o)
	b.Open("http://" + m.front + "/signin")
	b.Fill("#f-email", r.address())
	b.Fill("#f-password", password)
	b.Click("main button.primary")
	b.Eventually("nav", "")
	return b
}

// arrive is day 1: the owner comes in by the link that a node printed, and invites the others by mail.
func (m *month) arrive() {
	link := regexp.MustCompile(`/welcome\?link=(\S+)`).FindStringSubmatch(
		m.nodes[1].told.(*printed).String()) // each start makes a new link, and ends the one before
	if link == nil {
		m.t.Fatal("no node printed a link")
	}
	m.enter(m.olga, link[1])
	m.tell(m.olga, "space.change", map[string]any{"name": "Club Zes"})
	for _, r := range m.everybody()[1:] {
		m.tell(m.olga, "members.invite", map[string]any{"email": r.address()})
	}
	for _, r := range m.everybody()[1:] {
		var got []delivered
		for _, l := range m.box.all() {
			if l.to == r.address() {
				got = append(got, l)
			}
		}
		if len(got) != 1 {
			m.t.Fatalf("%d invitations to %s", len(got), r.user)
		}
		secret := got[0].link(m.t, `/welcome\?link=([\w-]+)`)
		if r != m.eva {
			m.enter(r, secret)
			continue
		}
		b := browsertest.New(m.t, browsertest.Options{Phone: true, Language: "nl"})
		b.Open("http://" + m.front + "/welcome?link=" + secret)
		b.Fill("#f-name", r.name)
		b.Fill("#f-password", password)
		b.Click("main button.primary")
		b.Eventually("nav", "")
		m.form(r, "/signin", "email", r.address(), "password", password)
		m.settle(r)
	}
	m.letters = len(m.box.all())
	all := []string{"praise", "asks", "introductions", "thanks", "outcomes"}
	for r, topics := range map[*resident][]string{
		m.olga: all, m.carla: all, m.dirk: all, m.frank: append([]string{"morning"}, all...),
	} {
		in := map[string]any{"topics": topics, "words": true, "hour": 8, "quiet_from": 22, "quiet_until": 7}
		if r == m.dirk {
			r.quiet = nil
			var quiet []string
			for day := 1; day <= 30; day++ {
				if w := m.at(day, 12, 0).Weekday(); w == m.at(6, 12, 0).Weekday() || w == m.at(7, 12, 0).Weekday() {
					r.quiet = append(r.quiet, day)
					if name := strings.ToLower(w.String()); !slices.Contains(quiet, name) {
						quiet = append(quiet, name)
					}
				}
			}
			in["quiet_days"] = quiet
		}
		m.tell(r, "mail.set", in)
		r.mailed, r.morning = true, slices.Contains(topics, "morning")
	}
}

// connect is day 2: mail, contacts and calendar come in by themselves, and files by hand. Each keeps somebody of whom
// nobody else is to know.
func (m *month) connect() {
	m.boxes.put("olga", "Petra Derde <"+petra+">", m.olga.address(), "Welkom", m.at(1, 12, 0))
	m.boxes.put("carla", "Otto Outside <"+otto+">", m.carla.address(), "Hallo", m.at(1, 12, 0))
	b := m.signIn(m.olga, browsertest.Options{})
	b.Open("http://" + m.front + "/sources")
	b.Click("input[name=kind][value=mail]")
	b.Fill("#f-address", m.boxes.address())
	b.Fill("#f-user", "olga")
	b.Fill("main #f-password", "geheim")
	b.Click("main form[action='/sources'] button.primary")
	b.Eventually("main h1", "olga")
	m.tell(m.carla.inBrowser(), "source.add", map[string]any{
		"kind": "mail", "address": m.boxes.address(), "user": "carla", "password": "geheim",
	})
	m.cloud.card("bram", "rosa", "Rosa Vijfde", "rosa@else.example", "")
	m.tell(m.bram.inBrowser(), "source.add", map[string]any{
		"kind": "dav", "address": m.cloud.address(), "user": "bram", "password": "geheim",
	})
	for _, r := range []*resident{m.dirk, m.frank} {
		x := m.did(r, "a person from a file", "person", "name")
		file := filepath.Join(m.t.TempDir(), "mensen.csv")
		content := "name,email\nSien " + x.mark + "," + r.user + "-sien@else.example\n"
		for i := range 6 {
			content += fmt.Sprintf("%s %cbaan,%s-%d@else.example\n", "Tom", 'A'+i, r.user, i)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			m.t.Fatal(err)
		}
		b := m.signIn(r, browsertest.Options{})
		b.Open("http://" + m.front + "/import")
		b.Upload("#files", file)
		b.Click("form[data-drop] button.primary")
		b.Eventually("main", "Nothing is stored yet.")
		b.Click("#report button.primary")
		b.Eventually("#report", "See today")
	}
	for _, r := range m.everybody() {
		x := m.did(r, "a person", "person", "name")
		m.keeps[r.user] = m.keep(r, "Jan "+x.mark, map[string]any{"email": []string{r.user + "-jan@else.example"}})
	}
	m.until("the first mail of Olga and Carla, and Rosa", func() bool {
		return m.count(`select count(*) from interaction where title in ('Welkom', 'Hallo')`) == 2 &&
			m.count(`select count(*) from person where name = 'Rosa Vijfde'`) == 1
	})
}

// share is day 3: one shows all, one a source, one nothing, one hides more than half.
func (m *month) share() {
	m.tell(m.olga, "people.share", map[string]any{"person": petra, "with": "space"})
	m.tell(m.bram, "people.share", map[string]any{"person": "rosa@else.example", "with": "space"})
	m.tell(m.olga, "share.set", map[string]any{"show": "strength"})
	m.tell(m.eva, "share.set", map[string]any{"show": "strength"})
	sources := m.tell(m.bram, "source.list", nil)["sources"].([]any)
	m.tell(m.bram, "share.set", map[string]any{"show": "known", "source": sources[0].(map[string]any)["import"]})
	m.tell(m.dirk, "share.set", map[string]any{"show": "strength"})
	for i := range 6 {
		who := fmt.Sprintf("dirk-%d@else.example", i)
		m.tell(m.dirk, "people.share", map[string]any{"person": who, "with": "space"})
		m.tell(m.dirk, "interactions.add", map[string]any{"with": []string{who}, "medium": "call"})
		if i < 5 {
			m.tell(m.dirk, "share.set", map[string]any{"show": "nothing", "person": who})
		}
	}
	shared := m.did(m.olga, "a note for all", "note", "body")
	shared.all = true
	m.tell(m.olga, "people.note", map[string]any{
		"person": petra, "text": "weet alles van " + shared.mark, "visibility": "space",
	})
}

// phoneBegins is day 4: Eva's phone gets its book.
func (m *month) phoneBegins() { m.book = m.newBook(m.eva) }

// praise is day 5: in a browser and over the API; what is between two stays there.
func (m *month) praise() {
	x := m.did(m.olga, "praise", "praise", "body", m.carla)
	b := m.signIn(m.olga, browsertest.Options{})
	b.Open("http://" + m.front + "/praise/new")
	b.Fill("form:has(#f-text) input[name=person]", m.carla.name)
	b.Fill("#f-text", "Haar verslag van "+x.mark+" redde de avond.")
	b.Click("input[name=consent][value=private]")
	b.Click("form:has(#f-text) button.primary")
	b.Eventually("main", x.mark)
	m.brings(m.carla, x.mark)
	y := m.did(m.dirk, "praise that is shown", "praise", "body", m.eva)
	m.tell(m.dirk, "praise.write", map[string]any{
		"person": m.eva.address(), "text": "Haar kaart van " + y.mark + " bracht ons thuis.", "consent": "publish",
	})
	m.keeps["praise of eva"] = y.mark
	z := m.did(m.bram, "praise", "praise", "body", m.dirk)
	m.tell(m.bram, "praise.write", map[string]any{
		"person": m.dirk.address(), "text": "Zijn uitleg van " + z.mark + " was helder.", "consent": "quote",
	})
	m.brings(m.dirk, z.mark)
}

// askNamed is day 6: an ask to a colleague and to somebody outside, who gets it by mail. On her phone Eva lets all see
// the praise.
func (m *month) askNamed() {
	x := m.did(m.olga, "a named ask", "ask", "body", m.carla)
	m.keep(m.olga, "Otto Outside", map[string]any{"email": []string{otto}})
	made := m.tell(m.olga, "ask.new", map[string]any{
		"text": "Wie heeft een " + x.mark + " te leen?", "audience": "named",
		"people": []string{m.carla.address(), otto},
	})
	m.keeps["ask"], m.keeps["ask mark"] = made["id"].(string), x.mark
	m.brings(m.carla, x.mark)
	link := m.tell(m.olga, "ask.link", map[string]any{"ask": m.keeps["ask"], "person": otto})
	m.tell(m.olga, "mail.link", map[string]any{"secret": link["secret"]})
	l := m.only(otto)
	if !strings.Contains(l.text, x.mark) {
		m.t.Errorf("the letter to Otto: %s", l.text)
	}
	m.keeps["otto"] = l.link(m.t, `/ask/link/([\w-]+)`)
	b := m.signIn(m.eva, browsertest.Options{Phone: true, Language: "nl"})
	b.Open("http://" + m.front + "/inbox")
	b.Eventually("main", m.keeps["praise of eva"])
	b.Click("main button[value=publish]")
	b.Eventually("main", "Eerder")
	x = m.thing(m.keeps["praise of eva"])
	x.all, x.public = true, true
}

func (m *month) thing(mark string) *thing {
	m.t.Helper()
	for _, x := range m.things {
		if x.mark == mark {
			return x
		}
	}
	m.t.Fatalf("nothing is marked %s", mark)
	return nil
}

// only returns the one letter that an outsider got.
func (m *month) only(address string) delivered {
	m.t.Helper()
	var got []delivered
	for _, l := range m.box.all() {
		if l.to == address {
			got = append(got, l)
		}
	}
	if len(got) != 1 {
		m.t.Fatalf("day %d: %d letters to %s", m.day, len(got), address)
	}
	return got[0]
}

// outsiderAnswers is day 7: Otto opens the link of his letter, looks, and answers by replying to the letter, which
// comes to the mailbox that Gave reads for answers.
func (m *month) outsiderAnswers() {
	x := m.did(m.olga, "an outsider's answer", "ask_person", "note")
	path := "/ask/link/" + m.keeps["otto"]
	status, text := m.get(nil, path)
	if status != http.StatusOK || !strings.Contains(text, m.keeps["ask mark"]) {
		m.t.Fatalf("the link of Otto: %d %s", status, words(text))
	}
	m.boxes.reply(m.only(otto), "Ja hoor, ik breng er een, "+x.mark+".", m.at(7, 9, 0))
	m.until("what Otto replied", func() bool {
		return m.count(`select count(*) from ask_person where lower(note) like $1`, "%"+x.mark+"%") > 0
	})
	b := browsertest.New(m.t, browsertest.Options{Phone: true, NoScripts: true, Language: "nl"})
	b.Open("http://" + m.front + path)
	b.Eventually("main", x.mark)
	m.brings(m.olga, x.mark)
	m.brings(m.olga, m.keeps["ask mark"])
}

// colleagueAnswers is day 8: Carla answers too, on a page.
func (m *month) colleagueAnswers() {
	x := m.did(m.carla, "a colleague's answer", "ask_person", "note", m.olga)
	m.tell(m.carla, "ask.answer", map[string]any{
		"ask": m.keeps["ask"], "answer": "yes", "note": "Op zolder staat " + x.mark,
	})
	m.brings(m.olga, x.mark)
	m.brings(m.olga, m.keeps["ask mark"])
}

// askCloses is day 9: how it ended is told to who helped.
func (m *month) askCloses() {
	x := m.did(m.olga, "how an ask ended", "ask", "outcome", m.carla)
	m.tell(m.olga, "ask.close", map[string]any{
		"ask": m.keeps["ask"], "outcome": "Het feest met " + x.mark + " was mooi",
	})
	m.brings(m.carla, x.mark)
	m.brings(m.carla, m.keeps["ask mark"])
	if _, text := m.get(nil, "/ask/link/"+m.keeps["otto"]); !strings.Contains(text, x.mark) {
		m.t.Errorf("Otto does not see how it ended: %s", words(text))
	}
}

// askIsThanked is day 10.
func (m *month) askIsThanked() {
	m.tell(m.olga, "ask.thank", map[string]any{"ask": m.keeps["ask"], "person": m.carla.address()})
	m.brings(m.carla, m.keeps["ask mark"])
}

// introduceBegins is day 11: Bram wants to meet Petra, through Olga.
func (m *month) introduceBegins() {
	x := m.did(m.bram, "an introduction", "introduction", "body", m.olga)
	made := m.tell(m.bram, "introductions.ask", map[string]any{
		"target": petra, "through": m.olga.address(), "text": "zij weet hoe " + x.mark + " werkt",
	})
	m.keeps["introduction"], m.keeps["introduction mark"] = made["id"].(string), x.mark
	m.brings(m.olga, x.mark)
}

// introduceThrough is day 12: Olga agrees, and mails Petra the link.
func (m *month) introduceThrough() {
	out := m.tell(m.olga, "introductions.answer", map[string]any{
		"introduction": m.keeps["introduction"], "act": "agree",
	})
	m.tell(m.olga, "mail.link", map[string]any{"secret": out["secret"]})
	m.keeps["petra"] = m.only(petra).link(m.t, `/introduction/([\w-]+)`)
}

// introduceAgreed is day 13: Petra agrees, and only then the two have each other's address.
func (m *month) introduceAgreed() {
	path := "/introduction/" + m.keeps["petra"]
	_, text := m.get(nil, path)
	if strings.Contains(text, m.bram.address()) || !strings.Contains(text, m.keeps["introduction mark"]) {
		m.t.Errorf("Petra sees before she agreed: %s", words(text))
	}
	m.form(nil, path, "act", "agree", "address", petra)
	if _, text = m.get(nil, path); !strings.Contains(text, m.bram.address()) {
		m.t.Errorf("Petra does not see after she agreed: %s", words(text))
	}
	m.brings(m.olga, "bram brug and petra derde both want to meet")
}

// introduceMade is day 16.
func (m *month) introduceMade() {
	m.tell(m.bram, "introductions.answer", map[string]any{"introduction": m.keeps["introduction"], "act": "make"})
}

// introduceFollowed is day 18: Bram tells what came of it.
func (m *month) introduceFollowed() {
	x := m.did(m.bram, "what came of an introduction", "introduction", "outcome", m.olga)
	m.tell(m.bram, "introductions.answer", map[string]any{
		"introduction": m.keeps["introduction"], "act": "follow", "outcome": "We bouwen samen " + x.mark,
	})
	m.brings(m.olga, x.mark)
}

// introduceThanked is day 19: it closes with a thank-you, which is a gift of Olga's and one that came to Bram.
func (m *month) introduceThanked() {
	gifts := func(r *resident) int {
		return m.count(`select count(*) from gift where kind = 'introduction' and owner = $1`, idOf(m.t, r.member))
	}
	before := []int{gifts(m.olga), gifts(m.bram)}
	m.tell(m.bram, "introductions.answer", map[string]any{"introduction": m.keeps["introduction"], "act": "finish"})
	m.brings(m.olga, "thanks you for the introduction to petra derde")
	if got := []int{gifts(m.olga), gifts(m.bram)}; got[0] != before[0]+1 || got[1] != before[1]+1 {
		m.t.Errorf("gifts of introductions of Olga and Bram: %d before, %d after", before, got)
	}
}

// killedInASource is day 14: a node is killed while it reads a mailbox, when a part of it is stored; the other goes on
// with it.
func (m *month) killedInASource() {
	const mails, marked = 5000, 500
	before := m.count(`select count(*) from interaction`)
	for i := range mails {
		subject := fmt.Sprintf("Lijst %d", i)
		if i%marked == 0 {
			subject = "Over " + m.did(m.olga, "a mail", "interaction", "title").mark
		}
		m.boxes.put("olga", fmt.Sprintf("Abonnee %c%c <a%d@lijst.example>", 'A'+i%26, 'a'+i/26%2, i%52),
			m.olga.address(), subject, m.at(13, 12, i%60))
	}
	m.wall(14, 0)
	var killed *node
	stored := 0
	for begun := time.Now(); killed == nil; time.Sleep(2 * time.Millisecond) {
		stored = m.count(`select count(*) from interaction`) - before
		if stored == mails || time.Since(begun) > 2*time.Minute {
			m.t.Fatalf("no node could be killed while it reads: %d of %d are stored", stored, mails)
		}
		for _, n := range m.nodes {
			if stored > 0 && m.count(`select count(*) from source where claimed > 0 and worker like $1`,
				fmt.Sprintf("%%/%d", n.cmd.Process.Pid)) > 0 {
				killed = n
			}
		}
	}
	resume := m.kill(killed)
	m.noted("killed a node while it read a mailbox of %d new mails, of which %d were stored", mails, stored)
	m.wall(16, 0) // a pause that the other one takes before it tries is over
	m.until("the other node reads on", func() bool {
		return m.count(`select count(*) from interaction where title like 'Lijst %'`) == mails-mails/marked
	})
	resume()
	m.until("all of it is read", func() bool { return m.count(`select count(*) from source where claimed > 0`) == 0 })
	if n := m.count(`select count(*) from interaction`); n != before+mails {
		m.t.Errorf("%d interactions before and %d after %d mails", before, n, mails)
	}
}

// halfway is day 15: all that is kept is compared, and looked at as everybody.
func (m *month) halfway() { m.matrix() }

// phoneWrites is day 17: on her phone Eva changes a card, and makes one.
func (m *month) phoneWrites() { m.book.writes() }

// phoneDeletes is day 21.
func (m *month) phoneDeletes() { m.book.deletes() }

// praiseForALetter is day 20: what goes by mail tomorrow, when a node is killed.
func (m *month) praiseForALetter() {
	x := m.did(m.frank, "praise", "praise", "body", m.carla)
	m.tell(m.frank, "praise.write", map[string]any{
		"person": m.carla.address(), "text": "Haar lijst van " + x.mark + " klopte.", "consent": "private",
	})
	m.brings(m.carla, x.mark)
}

// praiseByMail is day 22: an outsider writes praise by a link that was mailed, on a phone; Carla keeps it to herself.
func (m *month) praiseByMail() {
	x := m.did(m.carla, "praise by an outsider", "praise", "body")
	invited := m.tell(m.carla, "praise.invite", map[string]any{"person": otto, "occasion": "de lezing"})
	m.tell(m.carla, "mail.link", map[string]any{"secret": invited["secret"]})
	all := m.box.all()
	link := all[len(all)-1].link(m.t, `/praise/link/([\w-]+)`)
	b := browsertest.New(m.t, browsertest.Options{Phone: true, NoScripts: true, Language: "nl"})
	b.Open("http://" + m.front + "/praise/link/" + link)
	b.Fill("#f-text", "Over "+x.mark+" sprak ze het best.")
	b.Click("main button.primary")
	b.Eventually("main", "")
	m.brings(m.carla, x.mark)
}

// askOfTheSpace is day 23: all members see it.
func (m *month) askOfTheSpace() {
	x := m.did(m.frank, "an ask of the space", "ask", "body")
	x.all = true
	m.tell(m.frank, "ask.new", map[string]any{"text": "Wie kan helpen met " + x.mark + "?", "audience": "space"})
}

// membersMeet is day 24: Carla asks to meet Eva, through Dirk, who agrees.
func (m *month) membersMeet() {
	x := m.did(m.carla, "an introduction of members", "introduction", "body", m.dirk, m.eva)
	made := m.tell(m.carla, "introductions.ask", map[string]any{
		"target": m.eva.address(), "through": m.dirk.address(), "text": "om " + x.mark + " te tekenen",
	})
	m.keeps["members"] = made["id"].(string)
	m.keeps["members mark"] = x.mark
	m.tell(m.dirk, "introductions.answer", map[string]any{"introduction": m.keeps["members"], "act": "agree"})
	m.brings(m.carla, "dirk dijkman will introduce you to eva eik")
}

// eveMeets is day 25: Eva agrees, on her phone.
func (m *month) eveMeets() {
	b := m.signIn(m.eva, browsertest.Options{Phone: true, Language: "nl"})
	b.Open("http://" + m.front + "/inbox")
	b.Eventually("main", m.keeps["members mark"])
	b.Fill("main form:has(button[value=agree]) input[name=address]", m.eva.address())
	b.Click("main button[value=agree]")
	m.until("both agreed", func() bool {
		return m.count(`select count(*) from introduction where id = $1 and state = 'agreed'`,
			idOf(m.t, m.keeps["members"])) == 1
	})
	// An introduction is told as it stands: what the letter of this morning did not bring any more is over.
	m.carla.pending = slices.DeleteFunc(m.carla.pending, func(part string) bool {
		return strings.HasPrefix(part, "dirk dijkman will")
	})
	m.brings(m.carla, "you can meet eva eik")
	m.brings(m.dirk, "carla clavan and eva eik both want to meet")
}

// commons is day 26: a text that everybody may take, and one that stays in a drawer.
func (m *month) commons() {
	x := m.did(m.dirk, "a text of the commons", "resource", "body")
	x.all, x.public = true, true
	m.tell(m.dirk, "commons.share", map[string]any{
		"title": "Een draaiboek", "text": "Begin met " + x.mark, "public": true,
	})
	x = m.did(m.dirk, "a text in a drawer", "resource", "body")
	m.tell(m.dirk, "commons.share", map[string]any{"title": "Een kladje", "text": "Later, over " + x.mark})
}

// takesBack is day 27: what was written is taken back, and gone everywhere.
func (m *month) takesBack() {
	for _, x := range m.things {
		if x.what == "praise" && x.owner == m.bram {
			list := m.tell(m.bram, "praise.list", nil)
			for _, each := range list["praise"].([]any) {
				p := each.(map[string]any)
				if text, _ := p["text"].(string); strings.Contains(text, x.mark) {
					m.tell(m.bram, "praise.withdraw", map[string]any{"praise": p["id"]})
					before := *x
					x.before, x.times, x.owner, x.seen = &before, 0, &resident{user: "nobody"}, nil
				}
			}
			if x.times != 0 {
				m.t.Errorf("Bram does not find what he wrote: %v", list)
			}
		}
	}
}

// nodesRestart is day 28: each node is told to stop and started again, as with a new version; nobody is signed out.
func (m *month) nodesRestart() {
	for _, n := range m.nodes {
		_ = n.cmd.Process.Signal(os.Interrupt)
		n.wait(30 * time.Second)
		if status, text := m.get(m.dirk, "/"); status != http.StatusOK {
			m.t.Errorf("with one node: %d %s", status, words(text))
		}
		n.start()
		time.Sleep(3 * time.Second) // nginx, as the manual sets it up, tries a node again after two
	}
}

// mailStops is day 29: by a link in a letter Frank ends the mail of Today.
func (m *month) mailStops() {
	var last delivered
	for _, l := range m.box.all() {
		if l.to == m.frank.address() && strings.Contains(l.text, "topic=morning") {
			last = l
		}
	}
	if last.text == "" {
		m.t.Fatal("Frank never got Today by mail")
	}
	path := last.link(m.t, `(/mail/stop/\S+topic=morning\S*)`)
	m.get(nil, path) // looking at it does nothing
	if n := m.count(`select count(*) from mail_choice where topics like '%morning%'`); n != 1 {
		m.t.Errorf("%d members get Today by mail after a look", n)
	}
	m.form(nil, path)
	if n := m.count(`select count(*) from mail_choice where topics like '%morning%'`); n != 0 {
		m.t.Errorf("%d members get Today by mail after a stop", n)
	}
	m.frank.morning = false
}

// morning is before anybody is up: mail and meetings are there, and come in by themselves.
func (m *month) morning() {
	if m.day < 3 {
		return
	}
	yesterday := m.at(m.day-1, 15, m.day)
	var came []*thing
	mail := func(r *resident, from string) {
		x := m.did(r, "a mail", "interaction", "title")
		m.boxes.put(r.user, from, r.name+" <"+r.address()+">", "Over "+x.mark, yesterday)
		came = append(came, x)
	}
	mail(m.olga, "Petra Derde <"+petra+">")
	mail(m.olga, fmt.Sprintf("Klant %c <klant%d@else.example>", 'A'+m.day%26, m.day%4))
	mail(m.carla, "Otto Outside <"+otto+">")
	if m.day%3 == 0 {
		x := m.did(m.bram, "a meeting", "interaction", "title")
		m.cloud.meeting("bram", "day"+x.mark, "Overleg "+x.mark, m.bram.address(), "Rosa Vijfde",
			"rosa@else.example", yesterday)
		came = append(came, x)
	}
	if m.day%5 == 0 {
		x := m.did(m.bram, "a card", "person", "name")
		m.cloud.card("bram", "card"+x.mark, "Ria "+x.mark, x.mark+"@else.example", "")
		came = append(came, x)
	}
	for _, x := range came {
		m.until(x.what+" of "+x.owner.user+" comes in by itself", func() bool {
			return m.count(`select count(*) from `+x.table+` where lower(`+x.column+`) like $1`, "%"+x.mark+"%") > 0
		})
	}
}

// routine is what happens every day, by another member each day and each in their own way.
func (m *month) routine() {
	if m.day < 3 {
		return
	}
	all := m.everybody()
	r := all[m.day%6]
	jan := m.keeps[r.user]
	note := func() string {
		x := m.did(r, "a note", "note", "body")
		return "houdt van " + x.mark
	}
	switch r {
	case m.olga:
		m.command("people", "note", jan, note())
	case m.bram:
		m.tell(r, "people.note", map[string]any{"person": jan, "text": note()})
	case m.carla:
		m.tool(r, "people_note", map[string]any{"person": jan, "text": note()})
	case m.dirk:
		m.form(r, "/people/"+jan, "do", "note", "text", note())
	case m.eva:
		b := m.signIn(r, browsertest.Options{Phone: true, Language: "nl"})
		b.Open("http://" + m.front + "/people/" + jan)
		text := note()
		b.Fill("#f-text", text)
		b.Click("form:has(#f-text) button")
		b.Eventually("#notes", text)
	case m.frank:
		m.frankAnswers()
	}
	gives := all[(m.day+1)%6]
	x := m.did(gives, "a gift", "gift", "body")
	m.tell(gives, "give.log", map[string]any{"body": "een tip over " + x.mark, "to": []string{m.keeps[gives.user]}})
	other := all[(m.day+2)%6]
	jan = m.keeps[other.user]
	switch m.day % 7 {
	case 0:
		x = m.did(other, "a reminder", "reminder", "body")
		m.tell(other, "reminders.add", map[string]any{
			"person": jan, "body": "bel over " + x.mark, "day": "in 3 months",
		})
	case 1:
		x = m.did(other, "a goal", "goal", "title")
		m.tell(other, "power.goal.add", map[string]any{
			"title": "Een huis van " + x.mark, "item": []string{"skill: " + x.mark},
		})
	case 2:
		x = m.did(other, "what matters to somebody", "fact", "body")
		m.tell(other, "goodwill.note", map[string]any{"person": jan, "body": "zoekt " + x.mark, "kind": "need"})
	case 3:
		x = m.did(other, "a tag", "person_tag", "tag")
		m.tell(other, "people.tag", map[string]any{"person": jan, "tags": []string{x.mark}})
	case 4:
		x = m.did(other, "what came in", "gift", "body")
		m.tell(other, "give.receive", map[string]any{
			"body": "een klus met " + x.mark, "to": []string{jan}, "kind": "job",
		})
	case 5:
		x = m.did(other, "a call", "interaction", "title")
		m.tell(other, "interactions.add", map[string]any{
			"with": []string{jan}, "medium": "call", "title": "over " + x.mark,
		})
	case 6:
		x = m.did(other, "an ask of somebody outside", "ask", "body")
		m.tell(other, "ask.new", map[string]any{
			"text": "Weet jij een " + x.mark + "?", "audience": "named", "people": []string{jan},
		})
	}
}

// frankAnswers answers a move of Today by the link in the letter of this morning, without signing in.
func (m *month) frankAnswers() {
	for _, l := range slices.Backward(m.box.all()) {
		if l.to != m.frank.address() || !l.at.After(m.at(m.day, 0, 0)) {
			continue
		}
		if found := regexp.MustCompile(`/mail/do/[\w-]+/later\S*`).FindString(l.text); found != "" {
			m.get(nil, found)
			_, text := m.form(nil, found)
			m.noted("Frank answered a move by mail: %.80s", words(text))
			return
		}
	}
	m.noted("no letter to Frank with a move")
}

// evening is when the phone is put in its charger.
func (m *month) evening() {
	if m.book != nil && (m.day%3 == 0 || days[m.day] != nil && m.day > 16 && m.day < 23) {
		m.book.inStep()
	}
}
