package give

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/room"
)

// endless is a file without end.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.read += int64(len(p))
	return len(p), nil
}

func TestSharedFiles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := NewService(d, people.NewStore(d), filepath.Join(t.TempDir(), "commons"))
		svg := `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
		for _, c := range []struct{ name, content, media, kept string }{
			{"plan.pdf", "%PDF-1.7 …", "application/pdf", "plan.pdf"},
			// its name says one thing, its bytes another
			{"picture.png", svg, "application/octet-stream", "picture.png"},
			{"page.html", "<!DOCTYPE html><script>alert(1)</script>", "application/octet-stream", "page.html"},
			{"../../etc/passwd", "plain text", "text/plain; charset=utf-8", "passwd"},
			{`C:\me\a<b>"c.txt`, "plain text too", "text/plain; charset=utf-8", "a_b__c.txt"},
			{"poly.gif", "GIF89a/*" + svg + "*/=1;alert(1)", "image/gif", "poly.gif"},
			{"...", "x", "text/plain; charset=utf-8", "file"},
		} {
			r := Resource{Title: c.name}
			if err := s.Receive(c.name, strings.NewReader(c.content), &r); err != nil {
				t.Fatal(err)
			}
			if r.Media != c.media || r.File != c.kept || r.Bytes != int64(len(c.content)) {
				t.Errorf("%s: %+v", c.name, r)
			}
			if got, err := os.ReadFile(s.path(r.digest)); err != nil || string(got) != c.content {
				t.Errorf("%s: %q %v", c.name, got, err)
			}
		}
		endlessFile := &endless{}
		optest.Fault(t, s.Receive("endless", endlessFile, &Resource{}), fault.TooLarge, "larger than 50 MB")
		if endlessFile.read > 2*MostFile {
			t.Errorf("%d bytes were read of a file without end", endlessFile.read)
		}
		optest.Fault(t, s.Receive("empty", strings.NewReader(""), &Resource{}), fault.Invalid, "The file is empty.")
		if left, err := filepath.Glob(filepath.Join(s.folder, "receiving-*")); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v %v", left, err)
		}
		// The same file twice lies there once, and goes with the last.
		var keys [2]Resource
		for i := range keys {
			keys[i] = Resource{Title: "Twice", Public: true}
			if err := s.Receive("twice.txt", strings.NewReader("the same"), &keys[i]); err != nil {
				t.Fatal(err)
			}
			key, err := s.Share(ctx, v, keys[i])
			if err != nil {
				t.Fatal(err)
			}
			keys[i].ID = key
		}
		for i, r := range keys {
			if _, err := os.Stat(s.path(r.digest)); err != nil {
				t.Errorf("before %d: %v", i, err)
			}
			if err := s.Unshare(ctx, v, r.ID); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := os.Stat(s.path(keys[0].digest)); !os.IsNotExist(err) {
			t.Errorf("nobody shares it, and it is there: %v", err)
		}
	})
}

func TestCommons(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := NewService(d, people.NewStore(d), t.TempDir())
		_, _, err := s.PublicResources(ctx, v.Member)
		optest.Fault(t, err, fault.NotFound, "no such page")
		secret, err := s.Share(ctx, v, Resource{Title: "Secret", Text: "not yet"})
		if err != nil {
			t.Fatal(err)
		}
		key, err := s.Share(ctx, v, Resource{
			Title: "A plan",
			Text:  "# Plan\n\n<script>alert(1)</script>\n\n[here](javascript:alert(1)) [there](https://example.org)",
			Tags:  []string{"plan", " plan", "a,b"}, Public: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		_, list, err := s.PublicResources(ctx, v.Member)
		if err != nil || len(list) != 1 || list[0].ID != key || len(list[0].Tags) != 2 ||
			list[0].Licence != "CC BY 4.0" {
			t.Errorf("%+v %v", list, err)
		}
		_, err = s.PublicResource(ctx, secret)
		optest.Fault(t, err, fault.NotFound, "no such page")
		page, err := list[0].rendered()
		if err != nil || strings.Contains(page, "<script") || strings.Contains(page, "javascript:") ||
			!strings.Contains(page, `href="https://example.org"`) {
			t.Errorf("%s %v", page, err)
		}
		if err := feedOf(io.Discard, "https://x.example", "t", "n", "m", list); err != nil {
			t.Error(err)
		}
		for _, c := range []struct {
			r     Resource
			words string
		}{
			{Resource{Text: "x"}, "A title has 1 to 200 characters."},
			{Resource{Title: "x"}, "Give a text, a link or a file."},
			{Resource{Title: "x", Link: "javascript:alert(1)"}, "A link begins with http"},
			{Resource{Title: "x", Text: "x", Licence: "mine"}, "is not a licence that is offered"},
			{Resource{Title: "x\xff", Text: "x"}, "not in UTF-8"},
		} {
			_, err := s.Share(ctx, v, c.r)
			optest.Fault(t, err, fault.Invalid, c.words)
		}
		other := peopletest.Viewer(t, d, v.Space, "Other", op.Owner)
		optest.Fault(t, s.Unshare(ctx, other, key), fault.NotFound, "no such thing that you share")
		if list, err := s.Resources(ctx, other); err != nil || len(list) != 0 {
			t.Errorf("another member lists it as their own: %v %v", list, err)
		}
		if list := found(list, "plans"); len(list) != 1 {
			t.Errorf("a search for another form of the word finds %d", len(list))
		}
	})
}

func TestEffortlessAndEdit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := NewService(d, people.NewStore(d), t.TempDir())
		anna, bram := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "Bram Beer")
		s.Hear(func(context.Context, op.Viewer) ([]room.Knowledge, error) {
			return []room.Knowledge{
				{Person: anna.ID, Name: anna.Name, Text: "a communication plan", At: v.Now, Need: true},
				{Person: bram.ID, Name: bram.Name, Text: "wooden boats", At: v.Now},
			}, nil
		})
		if _, err := s.Share(ctx, v, Resource{Title: "Template for a communication plan", Text: "x"}); err != nil {
			t.Fatal(err)
		}
		out, err := s.effortless(ctx, v, EffortlessInput{})
		if err != nil || len(out.Gifts) != 1 || out.Gifts[0].Person.ID != anna.ID ||
			!(out.Gifts[0].Score > 0 && out.Gifts[0].Score <= 1) {
			t.Fatalf("%+v %v", out, err)
		}
		moves, err := s.Propose(ctx, v)
		if err != nil || len(moves) != 1 || !strings.Contains(moves[0].What, "Anna Aal") {
			t.Errorf("%+v %v", moves, err)
		}
		given, err := s.log(ctx, v, ReceiveInput{Body: "tip on boats", To: []string{"Anna Aal"}, Kind: "tip"}, Given)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.edit(ctx, v, EditInput{
			Gift: given.Gift, Body: "a book on wooden boats", To: []string{"Bram Beer"}, Minutes: 7,
		}); err != nil {
			t.Fatal(err)
		}
		list, err := s.List(ctx, v, Given, 10)
		if err != nil || list[0].Body != "a book on wooden boats" || list[0].People[0].ID != bram.ID ||
			list[0].Minutes != 7 || list[0].Kind != "tip" {
			t.Errorf("%+v %v", list, err)
		}
		for _, at := range []time.Time{
			time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC),
		} {
			_, err := s.edit(ctx, v, EditInput{Gift: given.Gift, At: at})
			optest.Fault(t, err, fault.Invalid, "cannot be right")
			_, err = s.log(ctx, v, ReceiveInput{Body: "x", At: at}, Given)
			optest.Fault(t, err, fault.Invalid, "cannot be right")
		}
		other := peopletest.Viewer(t, d, v.Space, "Other", op.Owner)
		_, err = s.edit(ctx, other, EditInput{Gift: given.Gift, Body: "mine"})
		optest.Fault(t, err, fault.NotFound, "not yours to see")
	})
}

// What came in keeps its kind and over whom it came; a gift is never a job, and who gave a job is no proof of knowing
// it.
func TestWhatCameInKeepsItsKind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := NewService(d, people.NewStore(d), t.TempDir())
		anna, bram := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "Bram Beer")
		for _, kind := range Kinds(CameIn) {
			came, err := s.logReturn(ctx, v, ReceiveInput{
				Body: "printing", To: []string{"Anna Aal"}, Via: []string{"Bram Beer"}, Kind: kind,
			})
			if err != nil {
				t.Fatal(err)
			}
			g, err := s.Get(ctx, v, came.Gift)
			if err != nil || g.Kind != kind || len(g.People) != 1 || g.People[0].ID != anna.ID ||
				len(g.Via) != 1 || g.Via[0].ID != bram.ID {
				t.Errorf("%+v, %v", g, err)
			}
			_, err = s.edit(ctx, v, EditInput{Gift: came.Gift, Kind: Job, To: []string{"Bram Beer"}})
			if g, also := s.Get(ctx, v, came.Gift); err != nil || also != nil || g.Kind != Job ||
				len(g.Via) != 0 || len(g.People) != 1 || g.People[0].ID != bram.ID {
				t.Errorf("corrected: %+v, %v, %v", g, err, also)
			}
		}
		if known, err := s.Knowledge(ctx, v); err != nil || len(known) > 0 {
			t.Errorf("who gave jobs knows %+v, %v", known, err)
		}
		_, err := s.logGift(ctx, v, LogInput{Body: "x", Kind: Job})
		optest.Fault(t, err, fault.Invalid, "is not a kind of gift")
		given, err := s.logGift(ctx, v, LogInput{Body: "x", Kind: Tip})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.edit(ctx, v, EditInput{Gift: given.Gift, Kind: Booking})
		optest.Fault(t, err, fault.Invalid, "is not a kind of gift")
	})
}
