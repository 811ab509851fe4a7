package source

import (
	"bufio"
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/intake/read/mail"
	"gave.network/internal/source/imap"
)

const (
	// mostBytes is how much the headers that one reading takes in may be together.
	mostBytes = 512 << 20
	// headsAtOnce is how many headers are asked for in one command.
	headsAtOnce = 200
)

// aside are the uses of mailboxes that hold no correspondence (RFC 6154).
var aside = []string{"Junk", "Trash", "Drafts"}

// signIn connects to the server of the source and signs in.
func (x *reading) signIn(ctx context.Context) (*imap.Client, error) {
	places, err := imap.Address(ctx, x.mailServer())
	if err != nil {
		return nil, err
	}
	var client *imap.Client
	var first error
	for _, at := range places {
		if client, err = imap.Dial(ctx, x.server, at); err == nil {
			break
		}
		if first == nil {
			first = err
		}
	}
	if client == nil {
		return nil, first
	}
	if err := x.letIn(ctx, client); err != nil {
		client.Close()
		return nil, err
	}
	return client, nil
}

// findMail finds the mailboxes of correspondence: not junk, bins and drafts, by what the server says of them and by
// their names. Where one mailbox holds all mail, as with Gmail, the others hold nothing more.
func (x *reading) findMail(ctx context.Context) ([]boxRow, error) {
	client, err := x.signIn(ctx)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	return x.mailboxes(client)
}

func (x *reading) mailboxes(client *imap.Client) ([]boxRow, error) {
	list, err := client.Mailboxes()
	if err != nil {
		return nil, err
	}
	all := slices.ContainsFunc(list, func(m imap.Mailbox) bool { return m.Is("All") })
	var out []boxRow
	for _, m := range list {
		chosen := 1
		if slices.ContainsFunc(aside, m.Is) || mail.AsideFolder(m.Path, true) != "" || all && !m.Is("All") ||
			m.Is("Flagged") {
			chosen = 0
		}
		out = append(out, boxRow{
			Space: x.r.Space, ID: id.New(), Source: x.r.ID, Kind: boxMail, Name: clip(mail.FolderName(m.Path)),
			Address: m.Name, Chosen: chosen,
		})
	}
	return out, nil
}

// mailMark is the state of a mailbox up to which it was read: its numbers hold as long as the first part stays the
// same. The second lets mailboxes be passed over in which nothing changed (CONDSTORE). That a mail was read, flagged or
// deleted since then changes nothing here: what was said stays said.
type mailMark struct {
	validity string
	changed  uint64
}

func markOf(text string) mailMark {
	validity, changed, _ := strings.Cut(text, " ")
	n, _ := strconv.ParseUint(changed, 10, 64)
	return mailMark{validity, n}
}

func (m mailMark) String() string { return m.validity + " " + strconv.FormatUint(m.changed, 10) }

// unchanged says that nothing can be new in a mailbox since it was read up to a mark. What a server says of numbers
// that contradicts what it said before is not believed.
func (m mailMark) unchanged(s imap.State, reached int64) bool {
	if s.Changed > 0 {
		return s.Changed == m.changed
	}
	return s.Next > 0 && int64(s.Next) == reached+1
}

// fetchMail writes the headers of mails that are new to the folder, a file for each mailbox. When what the provider
// gave ends while it is read, some servers break off: then all is begun once more, with another token.
func (x *reading) fetchMail(ctx context.Context) (fetched, error) {
	out, err := x.fetchMailboxes(ctx)
	if err == nil && x.trouble == nil || x.provider == nil || !x.token.Over(time.Now()) || ctx.Err() != nil {
		return out, err
	}
	x.trouble = nil
	return x.fetchMailboxes(ctx)
}

func (x *reading) fetchMailboxes(ctx context.Context) (fetched, error) {
	client, err := x.signIn(ctx)
	if err != nil {
		return fetched{}, err
	}
	defer client.Close()
	now, err := x.mailboxes(client)
	if err != nil {
		return fetched{}, err
	}
	var out fetched
	var added []boxRow
	known := map[string]boxRow{}
	for _, b := range x.boxes {
		known[b.Address] = b
	}
	var list []boxRow
	for _, b := range now {
		before, ok := known[b.Address]
		if !ok {
			added = append(added, b)
			before = b
		}
		before.Name = b.Name
		if before.Chosen > 0 {
			list = append(list, before)
		}
	}
	left := &quota{mails: x.s.Most, bytes: mostBytes}
	for i := range list {
		before := list[i]
		any, more, err := x.fetchMailbox(ctx, client, &list[i], left)
		if imap.Refused(err) { // said at the end: one mailbox keeps no other
			list[i], x.trouble = before, err
			if err := os.RemoveAll(x.fileOf(before)); err != nil {
				return fetched{}, disk(err)
			}
			continue
		}
		if err != nil {
			return fetched{}, err
		}
		out.any, out.more = out.any || any, out.more || more
	}
	out.more = out.more && out.any // a server that promises more and gives nothing is not asked at once
	out.keep = func(ctx context.Context, tx *db.Tx) error {
		for _, b := range added {
			if err := addBox(ctx, tx, b); err != nil {
				return err
			}
		}
		for _, b := range list {
			if err := keepBox(ctx, tx, b); err != nil {
				return err
			}
		}
		return nil
	}
	return out, nil
}

// fileOf is where what is new in a mailbox is written.
func (x *reading) fileOf(b boxRow) string { return filepath.Join(x.folder, b.ID.String()+".mbox") }

// quota is what one reading may still take in.
type quota struct{ mails, bytes int }

// fetchMailbox writes the headers of what is new in one mailbox to its file. The list of numbers is taken from the
// server once, and each is asked for once, so that one that lies about numbers comes to an end too.
func (x *reading) fetchMailbox(
	ctx context.Context, client *imap.Client, b *boxRow, left *quota,
) (any, more bool, err error) {
	state, err := client.Look(b.Address)
	if imap.Refused(err) { // one that cannot be opened keeps no other
		return false, false, nil
	}
	if err != nil {
		return false, false, err
	}
	mark := markOf(b.Mark)
	if validity := strconv.FormatUint(uint64(state.Validity), 10); mark.validity != validity {
		mark, b.Reached = mailMark{validity: validity}, 0 // other numbers: all is looked at again, nothing is doubled
	}
	if mark.unchanged(state, b.Reached) {
		return false, false, nil
	}
	defer func() { // what was not read to its end is looked at again
		if mark.changed = 0; err == nil && !more {
			mark.changed = state.Changed
		}
		b.Mark = mark.String()
	}()
	if left.mails <= 0 || left.bytes <= 0 {
		return false, true, nil
	}
	if err := client.Open(b.Address); imap.Refused(err) {
		return false, true, nil
	} else if err != nil {
		return false, false, err
	}
	numbers, err := client.Since(uint32(b.Reached))
	if err != nil || len(numbers) == 0 {
		return false, false, err
	}
	f, err := os.OpenFile(x.fileOf(*b), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return false, false, disk(err)
	}
	defer func() {
		if closing := f.Close(); err == nil && closing != nil {
			err = disk(closing)
		}
	}()
	w := bufio.NewWriterSize(f, 64<<10)
	whole := len(numbers)
	for len(numbers) > 0 && left.mails > 0 && left.bytes > 0 && err == nil {
		if ctx.Err() != nil {
			return any, true, ctx.Err()
		}
		some := numbers[:min(headsAtOnce, left.mails, len(numbers))]
		_, err = heads(client, some, func(h imap.Head) error {
			any = true
			left.bytes -= len(h.Text)
			return disk(writeHead(w, h))
		})
		if err == nil {
			numbers = numbers[len(some):]
			left.mails -= len(some)
			b.Reached = int64(some[len(some)-1])
			x.tell(ctx, whole-len(numbers), whole)
		}
	}
	if err == nil {
		err = disk(w.Flush())
	}
	if info, wrong := f.Stat(); err == nil && wrong == nil && info.Size() == 0 {
		any, err = false, disk(os.Remove(f.Name()))
	}
	return any, len(numbers) > 0, err
}

// heads gets the headers of some mails. One that the server refuses is left out when it gives others beside it: a
// damaged mail must not keep those behind it for ever. When it gives none, something else is wrong.
func heads(client *imap.Client, numbers []uint32, each func(imap.Head) error) (refused int, err error) {
	err = client.Heads(numbers, mail.Fields(), each)
	if !imap.Refused(err) {
		return 0, err
	}
	if len(numbers) == 1 {
		return 1, err
	}
	half := len(numbers) / 2
	for _, part := range [][]uint32{numbers[:half], numbers[half:]} {
		n, wrong := heads(client, part, each)
		refused += n
		if wrong != nil && !imap.Refused(wrong) {
			return refused, wrong
		}
	}
	if refused < len(numbers) {
		err = nil
	}
	return refused, err
}

// setAside are the flags of mails that are no correspondence.
var setAside = []string{`\Draft`, `\Deleted`, "$Junk", "Junk"}

// writeHead writes a header as a mail without text, parted from the others as mbox does.
func writeHead(w *bufio.Writer, h imap.Head) error {
	if slices.ContainsFunc(setAside, h.Has) {
		return nil
	}
	at := h.Came
	if at.IsZero() {
		at = time.Unix(0, 0)
	}
	if _, err := fmt.Fprintf(w, "From gave %s\n", at.UTC().Format(time.ANSIC)); err != nil {
		return err
	}
	for line := range strings.SplitSeq(h.Text, "\n") {
		line = strings.TrimRight(line, "\r")
		if line == "" { // what stands behind it is no header, whatever the server says
			break
		}
		if strings.HasPrefix(line, "From ") {
			continue
		}
		if _, err := w.WriteString(line + "\n"); err != nil {
			return err
		}
	}
	_, err := w.WriteString("\n\n")
	return err
}

// idleFor is how long a connection waits for mail at a time: servers end it after half an hour (RFC 2177).
const idleFor = 25 * time.Minute

// watch waits until mail comes in to the inbox of a source, and has it read then. It ends when the server does not tell
// by itself, and after a while; the next reading begins another one.
func (s *Service) watch(ctx context.Context, r row) {
	ctx, stop := context.WithTimeout(ctx, idleFor)
	defer stop()
	found, err := s.rows(ctx, s.db, `space = $1 and id = $2`, r.Space, r.ID) // a token was renewed, perhaps
	if err != nil || len(found) == 0 {
		return
	}
	r = found[0]
	x := &reading{s: s, r: &r, server: s.server(r.Certificate), renewed: true}
	if x.open() != nil || x.provider != nil && x.token.Ended(time.Now()) {
		return // only who has the source renews its token
	}
	client, err := x.signIn(ctx)
	if err != nil {
		return
	}
	defer client.Close()
	if !client.CanIdle() || client.Open("INBOX") != nil {
		return
	}
	boxes, err := s.boxes(ctx, s.db, r)
	i := slices.IndexFunc(boxes, func(b boxRow) bool { return strings.EqualFold(b.Address, "INBOX") })
	if err != nil || i < 0 || boxes[i].Chosen == 0 {
		return
	}
	// What came in since it was read is not told by itself.
	numbers, err := client.Since(uint32(boxes[i].Reached))
	if err != nil {
		return
	}
	if len(numbers) == 0 {
		if news, err := client.Idle(ctx, idleFor); err != nil || !news {
			return
		}
	}
	if came, err := db.Value[int64](ctx, s.db, `select came from source where space = $1 and id = $2`, r.Space,
		r.ID); err == nil {
		select {
		case <-time.After(time.Until(time.UnixMicro(came).Add(s.Rest))):
		case <-ctx.Done():
			return
		}
	}
	now, err := s.db.Clock(ctx)
	if err != nil {
		return
	}
	if _, err := db.Update(ctx, s.db, "source", db.Row{"due": now.UnixMicro()},
		`space = $1 and id = $2 and ending = 0 and due < $3`, r.Space, r.ID, never); err != nil {
		return
	}
	s.Wake() // that reading begins the next watch
}

// serverOf is the name of the server in an address, for showing.
func serverOf(address string) string {
	if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	if _, host, ok := strings.Cut(address, "@"); ok {
		return host
	}
	return address
}
