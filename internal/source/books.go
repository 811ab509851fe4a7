package source

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/people"
	"gave.network/internal/source/dav"
	"gave.network/internal/tie"
)

const (
	// unfoldEvery is how often an event that repeats is read again, for the meetings that came within sight.
	unfoldEvery = 30 * 24 * time.Hour
	// mostAhead is how many meetings of one event that have yet to happen are remembered.
	mostAhead = 1000
)

func (x *reading) davClient() *dav.Client { return dav.New(x.server, x.r.Username, x.password) }

// findBooks finds address books and calendars.
func (x *reading) findBooks(ctx context.Context) ([]boxRow, error) {
	at, err := dav.Address(x.r.Address)
	if err != nil {
		return nil, err
	}
	client := x.davClient()
	defer client.Close()
	books, err := client.Discover(ctx, at)
	if err != nil {
		return nil, err
	}
	var out []boxRow
	for _, b := range books {
		kind := boxEvents
		if b.Cards {
			kind = boxContacts
		}
		out = append(out, boxRow{
			Space: x.r.Space, ID: id.New(), Source: x.r.ID, Kind: kind, Name: clip(b.Name), Address: b.Address,
			Chosen: 1, Mark: b.Token + "\n" + b.Tag,
		})
	}
	return out, nil
}

// clip cuts the name of a box.
func clip(name string) string {
	name = strings.ToValidUTF8(strings.Join(strings.Fields(name), " "), "�")
	if runes := []rune(name); len(runes) > 100 {
		return string(runes[:100])
	}
	return name
}

// bookChange is what a reading found in one box.
type bookChange struct {
	box  boxRow
	read []itemRow
	gone []id.ID
	all  bool // all that is new was fetched: the mark holds
}

// fetchBooks writes cards and events that are new or changed to the folder, a file for each book.
func (x *reading) fetchBooks(ctx context.Context) (fetched, error) {
	now, err := x.findBooks(ctx)
	if err != nil {
		return fetched{}, err
	}
	client := x.davClient()
	defer client.Close()
	again, err := x.s.again(ctx, *x.r, x.v.Now)
	if err != nil {
		return fetched{}, err
	}
	var (
		out   fetched
		parts []bookChange
		added []boxRow
		drop  []boxRow
		room  = x.s.Most
	)
	there := map[string]boxRow{}
	for _, b := range now {
		there[b.Address] = b
	}
	known := map[string]bool{}
	for _, b := range x.boxes {
		known[b.Address] = true
		fresh, ok := there[b.Address]
		switch {
		case !ok:
			// A list may be shorter than it should be: what is gone says so itself.
			if really, err := client.Gone(ctx, b.Address); err != nil {
				return out, err
			} else if !really {
				continue
			}
			gone, changes, err := x.emptied(ctx, b)
			if err != nil {
				return out, err
			}
			parts = append(parts, bookChange{box: b, gone: gone})
			out.changes.Cards = append(out.changes.Cards, changes.Cards...)
			out.changes.Ahead = append(out.changes.Ahead, changes.Ahead...)
			drop = append(drop, b)
			continue
		case b.Chosen == 0:
			continue
		}
		b.Name = fresh.Name
		token, tag, _ := strings.Cut(b.Mark, "\n")
		newToken, newTag, _ := strings.Cut(fresh.Mark, "\n")
		if !again[b.ID] && (token != "" && token == newToken || token == "" && tag != "" && tag == newTag) &&
			b.Reached > 0 {
			continue // nothing changed
		}
		if b.Reached == 0 || again[b.ID] {
			token = ""
		}
		change, changes, err := x.fetchBook(ctx, client, b, newToken, newTag, token, &room)
		if err != nil {
			return out, err
		}
		out.more = out.more || !change.all
		parts = append(parts, change)
		out.changes.Cards = append(out.changes.Cards, changes.Cards...)
		out.changes.Ahead = append(out.changes.Ahead, changes.Ahead...)
	}
	for _, b := range now {
		if !known[b.Address] { // it is read from the next time on
			b.Mark = ""
			added = append(added, b)
			out.more = true
		}
	}
	for _, p := range parts {
		out.any = out.any || len(p.read) > 0 || len(p.gone) > 0
	}
	out.keep = func(ctx context.Context, tx *db.Tx) error {
		for _, p := range parts {
			if err := keepItems(ctx, tx, p.box, p.read, p.gone); err != nil {
				return err
			}
			if err := keepBox(ctx, tx, p.box); err != nil {
				return err
			}
		}
		for _, b := range added {
			if err := addBox(ctx, tx, b); err != nil {
				return err
			}
		}
		for _, b := range drop {
			if err := dropBox(ctx, tx, b); err != nil {
				return err
			}
		}
		return nil
	}
	out.changes.Also = func(ctx context.Context, tx *db.Tx, handles []string) error {
		return x.alsoRead(ctx, tx, parts, handles)
	}
	return out, nil
}

// alsoRead has other cards of people read again whose cards were taken back, but for those that were read just now.
func (x *reading) alsoRead(ctx context.Context, tx *db.Tx, parts []bookChange, also []string) error {
	just := map[string]bool{}
	for _, p := range parts {
		for _, i := range p.read {
			just[i.Handle] = true
		}
	}
	var others []string
	for _, handle := range also {
		if !just[handle] {
			others = append(others, handle)
		}
	}
	x.again = len(others) > 0
	return readAgain(ctx, tx, *x.r, others)
}

// emptied says what goes with a book that is on the server no more.
func (x *reading) emptied(ctx context.Context, b boxRow) (gone []id.ID, c intake.Changes, err error) {
	items, err := x.s.items(ctx, b)
	for key, i := range items {
		gone = append(gone, key)
		take(&c, i, people.Card{})
	}
	return gone, c, err
}

// fetchBook fetches what changed in one book.
func (x *reading) fetchBook(ctx context.Context, client *dav.Client, b boxRow, newToken, newTag, token string,
	room *int,
) (bookChange, intake.Changes, error) {
	out, changes := bookChange{box: b, all: true}, intake.Changes{}
	book := dav.Book{Address: b.Address, Cards: b.Kind == boxContacts, Token: newToken}
	delta, err := client.Changes(ctx, book, token)
	if err != nil {
		return out, changes, err
	}
	items, err := x.s.items(ctx, b)
	if err != nil {
		return out, changes, err
	}
	there := map[id.ID]bool{}
	var wanted []dav.Item
	for _, i := range delta.Items {
		key := tie.ExternalID(i.Path)
		if there[key] {
			continue // a server that tells the same twice
		}
		there[key] = true
		before, known := items[key]
		if known && before.Mark == i.Tag && i.Tag != "" && (before.Again == 0 || before.Again > x.v.Now.UnixMicro()) {
			continue
		}
		if *room <= 0 {
			out.all = false
			continue
		}
		*room--
		wanted = append(wanted, i)
	}
	leave := func(key id.ID) {
		if i, known := items[key]; known {
			out.gone = append(out.gone, key)
			take(&changes, i, people.Card{})
		}
	}
	if delta.Whole {
		for key := range items {
			if !there[key] {
				leave(key)
			}
		}
	}
	for _, path := range delta.Gone {
		leave(tie.ExternalID(path))
	}
	if out.read, err = x.write(ctx, client, book, b, wanted, items, &changes); err != nil {
		return out, changes, err
	}
	if out.all {
		if delta.Token != "" {
			newToken = delta.Token
		} else {
			newToken = ""
		}
		out.box.Mark, out.box.Reached = newToken+"\n"+newTag, 1
	}
	return out, changes, nil
}

// take notes that what an item brought is to be taken back, before it is read as it stands now; the card is empty when
// it is gone.
func take(c *intake.Changes, i itemRow, now people.Card) {
	if i.Handle != "" {
		c.Cards = append(c.Cards, people.Card{Handle: i.Handle, Name: now.Name})
	}
	for at := 0; at+len(id.Zero) <= len(i.Ahead); at += len(id.Zero) {
		c.Ahead = append(c.Ahead, id.ID(i.Ahead[at:at+len(id.Zero)]))
	}
}

// write gets items and writes them to the file of their book.
func (x *reading) write(ctx context.Context, client *dav.Client, book dav.Book, b boxRow, wanted []dav.Item,
	items map[id.ID]itemRow, changes *intake.Changes,
) (out []itemRow, err error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	name := b.ID.String() + ".ics"
	if book.Cards {
		name = b.ID.String() + ".vcf"
	}
	f, err := os.OpenFile(filepath.Join(x.folder, name), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, disk(err)
	}
	defer func() {
		if closing := f.Close(); err == nil && closing != nil {
			err = disk(closing)
		}
	}()
	w := bufio.NewWriterSize(f, 64<<10)
	told := time.Now()
	err = client.Get(ctx, book, wanted, func(i dav.Item, content []byte) error {
		if time.Since(told) > time.Second {
			told = time.Now()
			x.tell(ctx, len(out), len(wanted))
		}
		key := tie.ExternalID(i.Path)
		now := itemRow{Item: key, Mark: i.Tag, Ahead: []byte{}}
		var card people.Card
		if book.Cards {
			card = intake.CardOf(ctx, content)
			now.Handle = card.Handle
		} else {
			ahead, repeats := intake.AheadOf(ctx, content, x.v.Zone, x.v.Now)
			for _, one := range ahead[:min(len(ahead), mostAhead)] {
				now.Ahead = append(now.Ahead, one[:]...)
			}
			if repeats && len(ahead) > 0 {
				now.Again = x.v.Now.Add(unfoldEvery).UnixMicro()
			}
		}
		if before, known := items[key]; known {
			if before.Handle != card.Handle {
				card = people.Card{} // another person stands there now
			}
			take(changes, before, card)
		}
		out = append(out, now)
		content = bytes.TrimRight(content, "\r\n\t ")
		if len(content) == 0 {
			return nil
		}
		if _, err := w.Write(append(content, "\r\n"...)); err != nil {
			return disk(err)
		}
		return nil
	})
	if err == nil {
		err = disk(w.Flush())
	}
	if info, wrong := f.Stat(); err == nil && wrong == nil && info.Size() == 0 {
		err = disk(os.Remove(f.Name()))
	}
	return out, err
}

func disk(err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(err, fault.Unavailable, "What came in cannot be kept.").WithHint("Check that the disk has room.")
}
