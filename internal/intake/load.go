package intake

import (
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/intake/read"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/people/photo"
	"gave.network/internal/scope"
	"gave.network/internal/text"
	"gave.network/internal/text/names"
	"gave.network/internal/tie"
)

const (
	// batchRecords is how many records are stored in one transaction: enough to be fast, few enough that a killed
	// import repeats little and that other writers wait little.
	batchRecords = 4000
	// batchTies is how many ties from elsewhere are, and how many statements: they lie all over their tables and
	// indexes, of which each transaction writes nearly every page.
	batchTies = 20_000
	// mostTries is how often a batch is begun again because people whom it names go away while it is stored.
	mostTries = 12

	// cachedPeople bounds the memory of the loader: beyond this many known identifiers it forgets and asks the database
	// again.
	cachedPeople = 200_000
	// keptRejects is how many rejected records of a file are kept with their reason; all are counted.
	keptRejects = 1000
	// farFuture: what lies further ahead than this is a wrong date, not a plan.
	farFuture   = 366 * 24 * time.Hour
	longestText = 200
)

// Counts is what became of the records of a file.
type Counts struct {
	PeopleAdded       int64 `json:"people_added"`
	PeopleMatched     int64 `json:"people_matched"`
	InteractionsAdded int64 `json:"interactions_added"`
	StatementsAdded   int64 `json:"statements_added"`
	PraiseAdded       int64 `json:"praise_added"`
	TiesAdded         int64 `json:"ties_added" doc:"ties that were worked out elsewhere"`
	Organisations     int64 `json:"organisations" doc:"companies that address books hold beside people"`
	Duplicates        int64 `json:"duplicates"`
	Skipped           int64 `json:"skipped" doc:"newsletters, robots and other things that are no contact between people"`
	Suppressed        int64 `json:"suppressed" doc:"records from which somebody was left out who was erased; see gave suppressions list"`
}

func (c *Counts) add(o Counts) {
	c.PeopleAdded += o.PeopleAdded
	c.PeopleMatched += o.PeopleMatched
	c.InteractionsAdded += o.InteractionsAdded
	c.StatementsAdded += o.StatementsAdded
	c.PraiseAdded += o.PraiseAdded
	c.TiesAdded += o.TiesAdded
	c.Organisations += o.Organisations
	c.Duplicates += o.Duplicates
	c.Skipped += o.Skipped
	c.Suppressed += o.Suppressed
}

// Rejected is a record that could not be used.
type Rejected struct {
	File   string `json:"file,omitempty"`
	Line   int64  `json:"line"`
	Reason string `json:"reason"`
	said   string // the reason with the key of its translation
}

// newRejected keeps a reason as scripts and as people get it.
func newRejected(file string, line int64, said string) Rejected {
	return Rejected{File: file, Line: line, Reason: read.EnglishReason(said), said: said}
}

// In says in the reader's language why the record was rejected.
func (r Rejected) In(p *locale.Printer) string {
	if r.said == "" {
		return read.ReasonFor(p, r.Reason)
	}
	return read.ReasonFor(p, r.said)
}

// loader is the sink that stores what a reader finds, a batch in a transaction.
type loader struct {
	ctx        context.Context
	db         *db.DB
	viewer     op.Viewer
	visibility scope.Visibility
	importID   id.ID
	format     *read.Format // of the file, within which a bare name is one person
	dry        bool         // count only: every batch is rolled back, and new people are remembered in memory
	// told takes what a preview rejects; nil when it is stored.
	told func(at read.At, reason string)
	// confirm stores with a batch how far the import is.
	confirm func(tx *db.Tx, counts Counts, next int64, rejects []Rejected, rejected int64) error

	contacts     []read.Contact
	interactions []read.Interaction
	statements   []read.Statement
	praise       []read.Praise
	ties         []placedTie
	next         int64

	counts   Counts
	rejects  []Rejected
	rejected int64
	kept     int
	late     []lateReject // of the batch, found while it is stored

	known   map[people.Identifier][]knownPerson // several have a shared identifier, the first met first
	deriver *tie.Deriver
	self    id.ID
	certain [][2]id.ID // persons that an address book says are one
	// strangers only add to people whom no file has named yet: of the batch, and of those that are stored.
	met, strangers []stranger
	mine           map[string]bool // the member's own addresses, each without what follows a plus
}

// knownPerson is a record of a person that the loader has met.
type knownPerson struct {
	id   id.ID
	top  id.ID // the person that the record was found to be; itself when it stands alone
	name names.Name
	weak bool // the name is no more than one word, or a guess from an address
	none bool // there is no name: only an address, a number or a handle
	// elsewhere says that another import brought the identifier, and that this one has not been noted to have it too.
	elsewhere bool
}

func (l *loader) Contact(at read.At, c read.Contact) error {
	c.At = at
	var wrong error
	if c.Face.Image != nil {
		c.Face.Image, wrong = l.face(c.Face.Image)
	}
	l.contacts = append(l.contacts, c)
	if err := l.checkpoint(at); err != nil || wrong == nil {
		return err
	}
	where := c.Face.At
	where.File = at.File
	return l.Reject(where, read.BecauseOf(wrong))
}

// face makes the small picture that is kept of a photo, before the transaction in which it is stored, so that nobody
// waits for it. A preview only looks whether that can be done.
func (l *loader) face(image []byte) ([]byte, error) {
	if l.dry {
		return nil, photo.Check(image)
	}
	return photo.Small(image)
}

// earliest is before every meeting that a file can tell of. A day after the first second of 1970 is what programs write
// that lost the date.
var earliest = time.Date(1970, 1, 2, 0, 0, 0, 0, time.UTC)

func (l *loader) Interaction(at read.At, i read.Interaction) error {
	if i.Time.After(l.viewer.Now.Add(farFuture)) || i.Time.Before(earliest) {
		return l.Reject(at, read.Because("the date %s cannot be right", i.Time.UTC().Format(time.DateOnly)))
	}
	if i.Medium != read.FaceToFace && i.Medium != read.Video && i.Medium != read.Call &&
		i.Time.After(l.viewer.Now.Add(48*time.Hour)) {
		return l.Reject(at, read.Because("the date %s has yet to come", i.Time.UTC().Format(time.DateOnly)))
	}
	l.interactions = append(l.interactions, i)
	return l.checkpoint(at)
}

func (l *loader) Statement(at read.At, s read.Statement) error {
	l.statements = append(l.statements, s)
	return l.checkpoint(at)
}

func (l *loader) Praise(at read.At, p read.Praise) error {
	l.praise = append(l.praise, p)
	return l.checkpoint(at)
}

func (l *loader) Reject(at read.At, reason string) error {
	if l.told != nil {
		l.told(at, reason)
		return l.ctx.Err()
	}
	l.rejected++
	if l.kept < keptRejects {
		l.kept++
		l.rejects = append(l.rejects, newRejected(at.File, at.Line, strings.ToValidUTF8(reason, "�")))
	}
	if len(l.rejects) >= batchRecords/4 {
		return l.flush()
	}
	return l.ctx.Err()
}

func (l *loader) checkpoint(at read.At) error {
	if at.Next > 0 {
		l.next = at.Next
	}
	if len(l.contacts)+len(l.interactions)+len(l.praise) >= batchRecords || len(l.ties)+len(l.statements) >= batchTies {
		return l.flush()
	}
	return l.ctx.Err()
}

// flush stores the batch, its counts and the place to go on from in one transaction. What it returned from is
// confirmed.
func (l *loader) flush() error {
	if l.deriver == nil {
		l.deriver = tie.NewDeriver(l.viewer.Space, tie.Present(l.viewer))
	}
	counts := Counts{}
	self, certain, tried := l.self, len(l.certain), false
	store := func(tx *db.Tx) error {
		if tried && !l.dry { // what the transaction that was broken off had found is not stored
			clear(l.known)
			l.self, l.certain = self, l.certain[:certain]
		}
		tried, counts, l.late = true, Counts{}, nil
		if err := tx.Lock(l.ctx, l.viewer.Space, l.viewer.Member); err != nil {
			return err
		}
		if err := people.Stays(l.ctx, tx, l.viewer); err != nil {
			return err
		}
		if err := l.store(tx, &counts); err != nil {
			return err
		}
		if l.dry {
			return nil
		}
		rejects := slices.Clone(l.rejects)
		for _, r := range l.late[:min(len(l.late), keptRejects-l.kept)] {
			rejects = append(rejects, newRejected(r.at.File, r.at.Line, r.reason))
		}
		return l.confirm(tx, counts, l.next, rejects, l.rejected+int64(len(l.late)))
	}
	for try := 1; ; try++ {
		err := l.db.Write(l.ctx, store)
		if err == nil {
			break
		}
		// Somebody whom the loader knew was erased meanwhile: the batch looks again who is there.
		if try == mostTries || !db.Dangling(err) {
			return err
		}
	}
	l.counts.add(counts)
	l.strangers, l.met = append(l.strangers, l.met...), nil
	l.contacts, l.interactions, l.statements, l.praise, l.ties = l.contacts[:0], l.interactions[:0],
		l.statements[:0], l.praise[:0], l.ties[:0]
	l.kept = min(l.kept+len(l.late), keptRejects)
	if l.told != nil {
		for _, r := range l.late {
			l.told(r.at, r.reason)
		}
	}
	l.rejects, l.late = nil, nil
	l.rejected = 0
	if len(l.known) > cachedPeople && !l.dry {
		clear(l.known)
	}
	return nil
}

// store writes one batch.
func (l *loader) store(tx *db.Tx, counts *Counts) error {
	persons := &batchPeople{
		loader: l, tx: tx, add: map[id.ID]*people.NewPerson{}, enrich: map[id.ID]*people.NewPerson{},
		rename: map[id.ID]string{}, parsed: map[string]names.Name{},
		shared: map[people.Identifier]bool{}, guessed: map[id.ID]bool{}, leftOut: map[id.ID]int64{},
	}
	if err := persons.load(); err != nil {
		return err
	}
	for _, c := range l.contacts {
		if err := persons.contact(c, counts); err != nil {
			return err
		}
		persons.record(counts)
	}
	interactions, err := l.networkInteractions(tx, persons, counts)
	if err != nil {
		return err
	}
	statements := l.networkStatements(persons, counts)
	praise := l.networkPraise(persons, counts)
	ties := l.networkTies(persons, counts)
	if err := persons.write(counts); err != nil {
		return err
	}
	l.met = persons.strangers
	if l.dry {
		if err := l.count(tx, interactions, statements, praise, counts); err != nil {
			return err
		}
		became, err := tie.JudgeCarried(l.ctx, tx, l.viewer.Space, carriedOf(ties))
		l.countTies(ties, became, counts)
		return err
	}
	if err := erase.LeftOut(l.ctx, tx, l.viewer.Space, persons.leftOut); err != nil {
		return err
	}
	fresh, err := tie.AddInteractions(l.ctx, tx, l.viewer.Space, interactions)
	if err != nil {
		return err
	}
	counts.InteractionsAdded += int64(len(fresh))
	counts.Duplicates += int64(len(interactions) - len(fresh))
	became, err := l.deriver.Carry(l.ctx, tx, carriedOf(ties))
	if err != nil {
		return err
	}
	l.countTies(ties, became, counts)
	if err := l.deriver.Add(l.ctx, tx, fresh); err != nil {
		return err
	}
	added, err := tie.AddStatements(l.ctx, tx, l.viewer.Space, statements)
	if err != nil {
		return err
	}
	counts.StatementsAdded += int64(added)
	counts.Duplicates += int64(len(statements) - added)
	return addPraise(l.ctx, tx, l.viewer.Space, praise, counts)
}

// count says of a preview's batch what would be new.
func (l *loader) count(
	tx *db.Tx, interactions []tie.Interaction, statements []tie.Statement, praise []praiseRow, counts *Counts,
) error {
	bySource := map[string][]id.ID{}
	for _, e := range interactions {
		bySource[e.Source] = append(bySource[e.Source], e.External)
	}
	for source, externals := range bySource {
		there, err := countKnown(l.ctx, tx, "interaction", l.viewer, source, externals)
		if err != nil {
			return err
		}
		counts.InteractionsAdded += int64(len(externals)) - there
		counts.Duplicates += there
	}
	clear(bySource)
	for _, s := range statements {
		bySource[s.Source] = append(bySource[s.Source], s.External)
	}
	for source, externals := range bySource {
		there, err := countKnown(l.ctx, tx, "statement", l.viewer, source, externals)
		if err != nil {
			return err
		}
		counts.StatementsAdded += int64(len(externals)) - there
		counts.Duplicates += there
	}
	counts.PraiseAdded += int64(len(praise))
	return nil
}

func countKnown(
	ctx context.Context, tx db.Queryer, table string, v op.Viewer, source string, externals []id.ID,
) (int64, error) {
	total := int64(0)
	for _, chunk := range db.Chunks(externals) {
		in, args := db.In(4, chunk)
		n, err := db.Value[int64](ctx, tx, `select count(*) from `+table+` where space = $1 and owner = $2
			and source = $3 and external in (`+in+`)`,
			append([]any{v.Space, v.Member, source}, args...)...)
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

// networkInteractions gives the batch's interactions their people. Those in which nobody is a person are skipped.
func (l *loader) networkInteractions(tx *db.Tx, people *batchPeople, counts *Counts) ([]tie.Interaction, error) {
	authors, err := l.replyAuthors(tx, people)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	out := make([]tie.Interaction, 0, len(l.interactions))
	for i := range l.interactions {
		r := &l.interactions[i]
		key := r.Source + "\x00" + r.External
		if seen[key] {
			counts.Duplicates++
			continue
		}
		seen[key] = true
		e := tie.Interaction{
			ID: id.New(), Owner: l.viewer.Member, Visibility: l.visibility, Medium: tie.Medium(r.Medium),
			Time:    r.Time.UnixMicro(),
			Minutes: int(r.Duration.Minutes()), Title: clip(r.Title, longestText), Place: clip(r.Place, longestText),
			Source:   r.Source,
			External: tie.ExternalID(r.External), ReplyTo: tie.ExternalID(r.ReplyTo), Import: l.importID,
		}
		if r.Private {
			e.Visibility, e.Title, e.Place = scope.Private, "", ""
		}
		for _, p := range r.Parties {
			person := people.party(p)
			if person.IsZero() {
				continue
			}
			role := tie.ParticipantRole(p.Role)
			if j := slices.IndexFunc(e.Participants, func(q tie.Participant) bool {
				return q.Person == person
			}); j >= 0 {
				e.Participants[j].Role = min(e.Participants[j].Role, role)
				continue
			}
			e.Participants = append(e.Participants, tie.Participant{Person: person, Role: role})
		}
		people.record(counts)
		// An answer on a mailing list is contact with the one who is answered.
		if author := authors[e.ReplyTo]; r.Medium == read.List && !author.IsZero() &&
			!slices.ContainsFunc(e.Participants, func(q tie.Participant) bool { return q.Person == author }) {
			e.Participants = append(e.Participants, tie.Participant{Person: author, Role: tie.To})
		}
		for _, p := range e.Participants {
			if p.Role != tie.Mentioned {
				e.People++
			}
		}
		if e.People == 0 {
			counts.Skipped++
			continue
		}
		out = append(out, e)
	}
	return out, nil
}

// replyAuthors returns who wrote the messages that list mails of the batch answer, by the hash of the message's id.
func (l *loader) replyAuthors(tx *db.Tx, people *batchPeople) (map[id.ID]id.ID, error) {
	out := map[id.ID]id.ID{}
	var ask []id.ID
	source := ""
	for i := range l.interactions {
		if r := &l.interactions[i]; r.Medium == read.List && r.ReplyTo != "" {
			ask = append(ask, tie.ExternalID(r.ReplyTo))
			source = r.Source
		}
	}
	for _, chunk := range db.Chunks(ask) {
		in, args := db.In(4, chunk)
		rows, err := db.Select[struct{ External, Person id.ID }](l.ctx, tx, `select i.external, p.person
			from interaction i
			join participant p on p.space = i.space and p.interaction = i.id and p.role = 0
			where i.space = $1 and i.owner = $2 and i.source = $3 and i.external in (`+in+`)`,
			append([]any{l.viewer.Space, l.viewer.Member, source}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.External] = r.Person
		}
	}
	if len(ask) > 0 { // and in this very batch
		for i := range l.interactions {
			for _, p := range l.interactions[i].Parties {
				if p.Role == read.From {
					if person := people.party(p); !person.IsZero() {
						out[tie.ExternalID(l.interactions[i].External)] = person
					}
				}
			}
		}
	}
	delete(out, id.Zero)
	return out, nil
}

func (l *loader) networkStatements(people *batchPeople, counts *Counts) []tie.Statement {
	out := people.stated
	for _, s := range l.statements {
		from, to := people.partyOrSelf(s.From), people.partyOrSelf(s.To)
		people.record(counts)
		if from.IsZero() || to.IsZero() || from == to {
			counts.Skipped++
			continue
		}
		at := int64(0)
		if !s.Time.IsZero() {
			at = s.Time.UnixMicro()
		}
		sign := 1
		if s.Sign < 0 {
			sign = -1
		}
		out = append(out, tie.Statement{
			ID: id.New(), Owner: l.viewer.Member, Visibility: l.visibility, Layer: s.Layer, Sign: sign,
			Weight: s.Weight, SourcePerson: from,
			TargetPerson: to, Directed: !s.Undirected, Time: at, Source: s.Source,
			External: tie.ExternalID(s.External), Import: l.importID,
		})
	}
	return out
}

// praiseRow is a row of imported_praise.
type praiseRow struct {
	read.Praise
	id, owner, author, subject, importID id.ID
}

func (l *loader) networkPraise(people *batchPeople, counts *Counts) []praiseRow {
	var out []praiseRow
	for _, p := range l.praise {
		author, subject := people.partyOrSelf(p.Author), people.partyOrSelf(p.Subject)
		people.record(counts)
		if author.IsZero() || subject.IsZero() { // somebody who was erased: without a name it would be the member's own
			counts.Skipped++
			continue
		}
		out = append(out, praiseRow{
			Praise: p, id: id.New(), owner: l.viewer.Member, author: author, subject: subject, importID: l.importID,
		})
	}
	return out
}

func addPraise(ctx context.Context, tx *db.Tx, space id.ID, list []praiseRow, counts *Counts) error {
	for _, p := range list {
		at := int64(0)
		if !p.Time.IsZero() {
			at = p.Time.UnixMicro()
		}
		n, err := db.Insert(ctx, tx, "imported_praise", db.Row{
			"space": space, "id": p.id, "owner": p.owner, "kind": p.Kind, "author": p.author, "subject": p.subject,
			"body": p.Text, "title": p.Title, "time": at, "hidden": p.Hidden, "source": p.Source,
			"external": tie.ExternalID(p.External), "import": p.importID,
		}, "on conflict do nothing")
		if err != nil {
			return err
		}
		counts.PraiseAdded += n
		counts.Duplicates += 1 - n
		if n == 0 {
			if _, err := tx.ExecContext(ctx, `insert into import_seen (space, person, brought, item, word, import)
				select space, subject, 'imported_praise', id, '', $5 from imported_praise
				where space = $1 and owner = $2 and source = $3 and external = $4
					and import <> $5 on conflict do nothing`,
				space, p.owner, p.Source, tie.ExternalID(p.External), p.importID); err != nil {
				return db.Fault(err)
			}
		}
	}
	return nil
}

// clip cuts a text to at most n runes, and drops what is not UTF-8 or not printable in one line.
func clip(s string, n int) string {
	return text.Clip(strings.Join(strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "�")), " "), n)
}
