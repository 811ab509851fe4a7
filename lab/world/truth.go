package world

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gave.network/lab/world/cast"
	"gave.network/lab/world/random"
)

// Truth is what is really so in a world, for measuring what Gave makes of the files. It is written as truth/truth.json
// and covers the owner and the people near; the people further away are in the tables named in Outer.
//
// Persons are named by their ids ("p0000012"; p0000000 is the owner), times are RFC 3339 in UTC, days are YYYY-MM-DD.
// Probabilities, strengths and shares lie between 0 and 1.
type Truth struct {
	Version    int           `json:"version"`
	Options    TruthOptions  `json:"options"`
	Start      string        `json:"start"` // day from which the files tell
	End        string        `json:"end"`   // moment at which they end
	Me         []string      `json:"me"`    // the owner's addresses
	Persons    []TruthPerson `json:"persons"`
	SameName   [][2]string   `json:"same_name"`   // different people with one name
	NotPersons []NotPerson   `json:"not_persons"` // lists, robots, rooms
	Groups     []TruthGroup  `json:"groups"`
	Ties       []TruthTie    `json:"ties"`     // between the owner and a person
	Bonds      []TruthBond   `json:"bonds"`    // between two others
	Distrust   [][2]string   `json:"distrust"` // pairs that had rather not be together; private
	Dormant    []string      `json:"dormant"`  // ties once strong or moderate, silent for two years and more
	Drifting   []string      `json:"drifting"` // ties silent for several of their own intervals
	// ties that fell back when joint work ended; neither drifting nor lost
	Cooled      []string          `json:"cooled"`
	Gifts       []TruthGift       `json:"gifts"`
	Returns     []TruthReturn     `json:"returns"`
	Asks        []TruthAsk        `json:"asks"`
	Favours     []TruthFavour     `json:"favours"`
	Needs       []TruthNeed       `json:"needs"`
	Interests   []TruthInterest   `json:"interests"`
	Praise      []TruthPraise     `json:"praise"`
	Today       []TruthMove       `json:"today"` // what Today may be expected to propose at the end
	Captures    []TruthCapture    `json:"captures"`
	Outer       TruthOuter        `json:"outer"`
	Counts      map[string]int    `json:"counts"` // records in each file
	Projects    []TruthProject    `json:"projects"`
	Goals       []TruthGoal       `json:"goals"`
	Proposals   []TruthProposal   `json:"proposals"`
	Description map[string]string `json:"description"` // what the fields mean, in words
}

// TruthOptions are the options that made the world.
type TruthOptions struct {
	People int     `json:"people"`
	Years  float64 `json:"years"`
	Seed   uint64  `json:"seed"`
	Noise  float64 `json:"noise"`
	Effect bool    `json:"effect"`
}

// Identity is one way in which a file names a person.
type Identity struct {
	// mail, calendar, vcard, google, linkedin, whatsapp, slack, guests, chart, capture, layers
	Source  string `json:"source"`
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Link    string `json:"link,omitempty"`
}

// TruthPerson is one person with everything by which he or she is known.
type TruthPerson struct {
	ID           string       `json:"id"`
	Name         string       `json:"name"`
	Given        string       `json:"given"`
	Particle     string       `json:"particle,omitempty"`
	Family       string       `json:"family"`
	Maiden       string       `json:"maiden,omitempty"`
	Birthday     string       `json:"birthday"`
	City         string       `json:"city"`
	Sector       string       `json:"sector"`
	Discipline   string       `json:"discipline"`
	Level        string       `json:"level"`
	Organisation string       `json:"organisation,omitempty"`
	Title        string       `json:"title,omitempty"`
	Jobs         []TruthJob   `json:"jobs,omitempty"`
	Groups       []string     `json:"groups"`
	Skills       []TruthSkill `json:"skills,omitempty"`
	Pastime      string       `json:"pastime,omitempty"`
	Willing      float64      `json:"willing"`
	Addresses    []string     `json:"addresses"`  // all mail addresses over the years
	Identities   []Identity   `json:"identities"` // as met in the files; empty for who is in none
	Known        bool         `json:"known"`      // the owner knows this person
}

// TruthJob is one position; months are YYYY-MM.
type TruthJob struct {
	Organisation string `json:"organisation"`
	Title        string `json:"title"`
	Address      string `json:"address"`
	From         string `json:"from"`
	Until        string `json:"until,omitempty"`
}

// TruthSkill is a skill with its level.
type TruthSkill struct {
	Topic string  `json:"topic"`
	Level float64 `json:"level"`
}

// NotPerson is a sender or participant that is no person.
type NotPerson struct {
	Kind    string `json:"kind"` // list, newsletter, robot, room, spam
	Name    string `json:"name"`
	Address string `json:"address"`
}

// TruthGroup is a community.
type TruthGroup struct {
	Kind         string   `json:"kind"`
	Name         string   `json:"name"`
	Organisation string   `json:"organisation,omitempty"`
	Members      []string `json:"members"`
}

// TruthTie is the owner's tie with one person.
type TruthTie struct {
	Person       string    `json:"person"`
	Class        string    `json:"class"`     // strong, moderate, weak, dormant, latent
	Plan         string    `json:"plan"`      // how the tie was planned, a finer word
	Closeness    float64   `json:"closeness"` // at the end
	ByYear       []float64 `json:"by_year"`   // closeness at the end of each year since the start
	IntervalDays float64   `json:"interval_days"`
	Met          string    `json:"met"`
	FirstContact string    `json:"first_contact,omitempty"`
	LastContact  string    `json:"last_contact,omitempty"` // the last one that the files tell of
	Contacts     int       `json:"contacts"`               // mails, talks, meetings with fewer than 20 people, chats
	Unseen       int       `json:"unseen"`                 // those that no file tells of
	Sent         int       `json:"sent"`                   // messages by the owner, to this person alone or with others
	Received     int       `json:"received"`
	Reciprocity  float64   `json:"reciprocity"` // the smaller of sent and received over the larger
	Goodwill     float64   `json:"goodwill"`    // chance of a yes to a small favour at the end
}

// TruthBond is a tie between two others.
type TruthBond struct {
	A        string   `json:"a"`
	B        string   `json:"b"`
	Strength float64  `json:"strength"`
	From     string   `json:"from"`
	Until    string   `json:"until,omitempty"`
	Group    string   `json:"group,omitempty"` // empty for a tie between groups
	Layers   []string `json:"layers,omitempty"`
	Advice   string   `json:"advice,omitempty"` // who of the two is asked for advice
}

// TruthGift is something the owner gave.
type TruthGift struct {
	ID        string   `json:"id"`
	Time      string   `json:"time"`
	Kind      string   `json:"kind"`
	Receivers []string `json:"receivers"` // empty: to everybody
	Topic     string   `json:"topic"`
	Minutes   int      `json:"minutes"`
	Note      string   `json:"note"`
	English   string   `json:"english"` // the note in English
	Logged    bool     `json:"logged"`  // in the file of captures
}

// TruthReturn is something that came back.
type TruthReturn struct {
	ID   string   `json:"id"`
	Time string   `json:"time"`
	Kind string   `json:"kind"`
	From string   `json:"from"`
	Gift string   `json:"gift,omitempty"` // the gift that led here; empty for none
	Path []string `json:"path,omitempty"` // receiver of the gift, over others, to who brought the return
	Days float64  `json:"days,omitempty"` // from the gift
	Note string   `json:"note"`
	// English is the note in English.
	English string `json:"english"`
	Told    bool   `json:"told"` // the capture line names the person through whom it came
	Logged  bool   `json:"logged"`
}

// TruthAsk is a question put to the association's list, and who answered.
type TruthAsk struct {
	ID        string         `json:"id"` // Message-ID of the question
	Time      string         `json:"time"`
	Asker     string         `json:"asker"`
	Topic     string         `json:"topic"`
	Text      string         `json:"text"`
	Answerers []string       `json:"answerers"` // in order
	Able      []AskCandidate `json:"able"`      // members with the skill, most likely first
}

// AskCandidate is one who could answer.
type AskCandidate struct {
	Person      string  `json:"person"`
	Skill       float64 `json:"skill"`
	Willing     float64 `json:"willing"`
	Near        float64 `json:"near"`        // strength of the tie with the asker
	Probability float64 `json:"probability"` // that he or she answers
}

// TruthFavour is a small favour the owner asked of one person.
type TruthFavour struct {
	Person      string  `json:"person"`
	Time        string  `json:"time"`
	What        string  `json:"what"`
	Probability float64 `json:"probability"`
	Yes         bool    `json:"yes"`
}

// TruthNeed is a need of a person.
type TruthNeed struct {
	Person   string `json:"person"`
	Day      string `json:"day"`
	Kind     string `json:"kind"` // a topic or a want of daily life
	Text     string `json:"text"`
	Answered string `json:"answered,omitempty"` // day; empty: open
	Captured bool   `json:"captured"`
}

// TruthInterest is what a person likes.
type TruthInterest struct {
	Person   string `json:"person"`
	Interest string `json:"interest"`
	Captured bool   `json:"captured"`
}

// TruthPraise is praise of somebody by somebody else.
type TruthPraise struct {
	Author  string `json:"author"`
	Subject string `json:"subject"`
	Time    string `json:"time"`
	Channel string `json:"channel"` // linkedin, endorsement, mail, capture
	Text    string `json:"text"`
}

// TruthMove is a move that Today may propose at the end.
type TruthMove struct {
	Kind   string   `json:"kind"` // drifting, dormant, birthday, need, merge, borrel, match
	People []string `json:"people"`
	Why    string   `json:"why"`
}

// TruthCapture is one line of the file of captures and what it means.
type TruthCapture struct {
	Day    string   `json:"day"` // of the line
	Line   string   `json:"line"`
	Kind   string   `json:"kind"`
	People []string `json:"people"`
	When   string   `json:"when"` // day it speaks of
	Text   string   `json:"text,omitempty"`
}

// TruthOuter says where the people further away are; the files are named from the folder of the truth file.
type TruthOuter struct {
	Persons     int    `json:"persons"`
	Ties        int64  `json:"ties"`
	PersonsFile string `json:"persons_file,omitempty"`
	TiesFile    string `json:"ties_file,omitempty"`
}

// TruthProposal is a decision in the owner's organisation.
type TruthProposal struct {
	Title  string       `json:"title"`
	Quorum float64      `json:"quorum"`
	Voters []TruthVoter `json:"voters"`
}

// TruthVoter is one with a say in it.
type TruthVoter struct {
	Person         string  `json:"person"`
	Weight         float64 `json:"weight"`
	Stance         float64 `json:"stance"`         // -1 to 1
	Susceptibility float64 `json:"susceptibility"` // 0 to 1
}

func stamp(at int64) string { return time.Unix(at, 0).UTC().Format(time.RFC3339) }

func dayOf(at int64) string { return time.Unix(at, 0).In(amsterdam).Format(time.DateOnly) }

// keys never returns nil, so that an empty list is written as one.
func keys(ids []int) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = key(id)
	}
	return out
}

// saw notes that a file names a person in this way.
func (w *world) saw(person int, id Identity) {
	p := &w.people[person]
	if p.seen == nil {
		p.seen = map[Identity]bool{}
	}
	p.seen[id] = true
}

func monthText(m int) string { return fmt.Sprintf("%04d-%02d", m/12, m%12+1) }

// tell fills the truth from the plans and from what was written.
func (w *world) tell() {
	t := &w.truth
	o := w.options
	t.Version = 1
	t.Options = TruthOptions{o.People, o.Years, o.Seed, o.Noise, o.Effect}
	t.Start, t.End = dayOf(w.start), stamp(w.until)
	t.Me = w.me()
	t.Description = description
	for i := range w.people {
		t.Persons = append(t.Persons, w.tellPerson(&w.people[i]))
		if i > 0 {
			t.Ties = append(t.Ties, w.tellTie(&w.people[i]))
		}
	}
	for _, g := range w.groups {
		name := ""
		if g.org >= 0 {
			name = w.orgs[g.org].name
		}
		t.Groups = append(t.Groups, TruthGroup{g.kind, g.name, name, keys(g.members)})
	}
	for i := range w.bonds {
		x := &w.bonds[i]
		b := TruthBond{A: key(x.a), B: key(x.b), Strength: random.Round4(x.strength), From: dayOf(x.from)}
		if x.until != 0 {
			b.Until = dayOf(x.until)
		}
		if x.group >= 0 {
			b.Group = w.groups[x.group].name
		}
		for k, name := range layerNames {
			if x.layers&(1<<k) != 0 {
				b.Layers = append(b.Layers, name)
			}
		}
		switch x.from2 {
		case 1:
			b.Advice = b.B
		case 2:
			b.Advice = b.A
		}
		t.Bonds = append(t.Bonds, b)
	}
	for _, d := range w.distrust {
		t.Distrust = append(t.Distrust, [2]string{key(d[0]), key(d[1])})
	}
	if t.Outer = (TruthOuter{Persons: w.outer.people, Ties: w.outer.ties}); w.outer.people > 0 {
		t.Outer.PersonsFile, t.Outer.TiesFile = "outer.csv", "../files/edges.csv"
	}
	w.tellLists()
}

func (w *world) tellPerson(p *person) TruthPerson {
	out := TruthPerson{
		ID: key(
			p.id,
		),
		Name:       p.Write(cast.Usual),
		Given:      p.Given,
		Particle:   p.Particle,
		Family:     p.Family,
		Maiden:     p.Maiden,
		Birthday:   fmt.Sprintf("%04d-%02d-%02d", p.birth[0], p.birth[1], p.birth[2]),
		City:       cast.Cities[p.city].Name,
		Sector:     cast.Sectors[p.sector].Key,
		Discipline: cast.Disciplines[p.discipline],
		Level:      cast.Levels[p.level],
		Groups:     []string{w.groups[p.group].name},
		Willing:    random.Round4(p.willing),
		Known:      p.tie.plan != planNone && p.id != 0,
	}
	if p.second >= 0 {
		out.Groups = append(out.Groups, w.groups[p.second].name)
	}
	out.Identities = []Identity{}
	out.Addresses = append(out.Addresses, p.private)
	for _, j := range p.jobs {
		job := TruthJob{w.orgs[j.org].name, j.title, j.address, monthText(j.from), ""}
		if j.until != 0 {
			job.Until = monthText(j.until)
		}
		out.Jobs = append(out.Jobs, job)
		out.Organisation, out.Title = job.Organisation, job.Title
		if j.address != "" {
			out.Addresses = append(out.Addresses, j.address)
		}
	}
	for _, s := range p.skills {
		out.Skills = append(out.Skills, TruthSkill{topics[s.topic].key, random.Round4(s.level)})
	}
	if p.pastime >= 0 {
		out.Pastime = pastimes[p.pastime].nl
	}
	for id := range p.seen {
		out.Identities = append(out.Identities, id)
	}
	slices.SortFunc(out.Identities, func(a, b Identity) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.Address, b.Address),
			strings.Compare(a.Name, b.Name), strings.Compare(a.Phone, b.Phone), strings.Compare(a.Link, b.Link))
	})
	return out
}

func (w *world) tellTie(p *person) TruthTie {
	c := &w.contact[p.id]
	out := TruthTie{
		Person: key(p.id), Class: w.class(p), Plan: p.tie.plan, Closeness: random.Round4(p.tie.closeness(w.until)),
		IntervalDays: random.Round4(p.tie.interval),
		Contacts:     c.contacts, Unseen: c.unseen, Sent: c.sent, Received: c.received,
	}
	if larger := max(c.sent, c.received); larger > 0 {
		out.Reciprocity = random.Round4(float64(min(c.sent, c.received)) / float64(larger))
	}
	if p.tie.plan != planNone {
		out.Met = dayOf(p.tie.met)
		out.Goodwill = random.Round4(w.goodwill(p.id, w.until))
	}
	for year := 1; float64(year) < w.options.Years+1; year++ {
		at := min(w.until, w.start+int64(year)*365*day+int64(year)*day/4)
		out.ByYear = append(out.ByYear, random.Round4(p.tie.closeness(at)))
	}
	if c.contacts > c.unseen {
		out.FirstContact, out.LastContact = stamp(c.first), stamp(c.last)
	}
	return out
}

// class is the tie's class at the end, by plan and by closeness.
func (w *world) class(p *person) string {
	c := &w.contact[p.id]
	switch {
	case c.contacts == 0:
		return planLatent
	case p.tie.plan == planDormant:
		return planDormant
	}
	switch s := p.tie.closeness(w.until); {
	case s >= 0.6:
		return planStrong
	case s >= 0.15:
		return planModerate
	}
	return planWeak
}

// writeTruth writes truth.json.
func (w *world) writeTruth() (string, error) {
	path := filepath.Join(w.options.Dir, "truth", "truth.json")
	file, err := os.Create(path)
	if err != nil {
		return "", err
	}
	buffer := bufio.NewWriterSize(file, 1<<16)
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	err = encoder.Encode(&w.truth)
	if err == nil {
		err = buffer.Flush()
	}
	if failed := file.Close(); err == nil {
		err = failed
	}
	return path, err
}

var description = map[string]string{
	"identities": "every name, address, phone number and profile under which a file names the person; people who " +
		"share an identity without address, phone or link are in same_name or are known by a given name only",
	"closeness": "1 - exp(-a / 12.31) with a the intensity to which the planned rhythm leads (half-life 180 days, " +
		"0.8 a contact)",
	"dormant": "the plan was regular contact, and no contact for at least 2.1 years; group mail to more than 20 " +
		"people does not count",
	"drifting": "silent for 3 to 5.5 of the tie's own intervals",
	"gift":     "of a return: the gift that led to it, by construction; returns without it came by chance",
	"path": "of a return: from the receiver of the gift to who brought the return, each step a bond alive from " +
		"gift to return",
	"favours": "probability is the chance with which the outcome was drawn",
	"asks": "able holds the members with the skill and the chance with which each answer was drawn; people " +
		"without it answer now and then",
	"unseen": "contacts that happened, but left nothing in the files",
}
