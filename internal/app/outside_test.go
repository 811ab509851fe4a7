package app_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"gave.network/internal/ask"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/mailing"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/praise"
	"gave.network/internal/room"
)

// told reads the answer of an operation.
func told[T any](t *testing.T, answer string) T {
	t.Helper()
	var out T
	if err := json.Unmarshal([]byte(answer), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// Somebody without an account answers an ask by a link that was mailed to them: more than once until it ends, and the
// author hears it. What the mail server did not take is not called sent; a link goes once; who wants no more mail gets
// none, from nobody of the space.
func TestOutsidersAnswerAnAsk(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newMailed(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		s.wall("2026-11-23 12:00")
		otto := s.keep(s.owner, "Otto Outside", "otto@else.example", people.NewPerson{})
		silent := s.keep(s.owner, "Sien Silent", "", people.NewPerson{})
		const words = "Wie heeft een beamer te leen"
		owner := func() op.Viewer { return s.as(s.owner) }
		made, err := s.Ask.New(ctx, owner(), ask.Ask{Text: words, Why: "Voor de ledenavond"},
			[]string{otto.String(), silent.String(), "bea@club.example"})
		if err != nil {
			t.Fatal(err)
		}
		key := made.ID.String()
		link := func(who string) ask.AskLink {
			t.Helper()
			return told[ask.AskLink](t, s.must(owner(), "ask.link", map[string]string{"ask": key, "person": who}))
		}
		show := func() ask.Ask {
			t.Helper()
			a, err := s.Ask.Get(ctx, owner(), made.ID)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		mail := func(v op.Viewer, secret string) error {
			t.Helper()
			_, err := s.call(v, "mail.link", map[string]string{"secret": secret})
			return err
		}
		if _, err := s.call(owner(), "ask.link", map[string]string{
			"ask": key, "person": "bea@club.example",
		}); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("a link for a member: %v", err)
		}
		if _, err := s.call(s.as(bea), "ask.link", map[string]string{
			"ask": key, "person": "bea@club.example",
		}); err == nil {
			t.Error("Bea makes a link to the ask of another")
		}
		if err := mail(owner(), link(silent.String()).Secret); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("without an address: %v", err)
		}
		first := link(otto.String())
		l := link(otto.String())
		if _, err := s.Ask.AskBehind(ctx, first.Secret, s.clock); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("the link that was replaced: %v", err)
		}
		if err := mail(s.as(bea), l.Secret); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("Bea mails the link of another: %v", err)
		}
		s.box.Set(&smtp.SMTPError{Code: 451, Message: "later"}, "")
		if err := mail(owner(), l.Secret); fault.CodeOf(err) != fault.Unavailable || len(show().Asked) != 0 {
			t.Errorf("not taken: %v, asked %+v", err, show().Asked)
		}
		s.box.Set(nil, "")
		s.box.Take()
		if err := mail(owner(), l.Secret); err != nil {
			t.Fatal(err)
		}
		got := s.box.Take()
		if len(got) != 1 || got[0].To != "otto@else.example" || !strings.Contains(got[0].Text, words) ||
			!strings.Contains(got[0].Text, "https://gave.example/ask/link/"+l.Secret) ||
			got[0].Subject != "Olga Owner asks you something" ||
			!strings.Contains(got[0].Header.Get("List-Unsubscribe"), "/mail/never/") {
			t.Fatalf("the letter: %+v", got)
		}
		if asked := show().Asked; len(asked) != 1 || asked[0].ID != otto {
			t.Errorf("asked %+v", asked)
		}
		if err := mail(owner(), l.Secret); fault.CodeOf(err) != fault.Conflict || len(s.box.Take()) != 0 {
			t.Errorf("a second time: %v", err)
		}

		// Looking does nothing; the last word counts.
		seen, err := s.Ask.AskBehind(ctx, l.Secret, s.clock)
		if err != nil || seen.Text != words || seen.By != "Olga Owner" || seen.Answer != "" ||
			len(show().Answers) != 0 {
			t.Fatalf("%+v %v", seen, err)
		}
		if err := s.Ask.AnswerBehind(ctx, l.Secret, ask.Knows, "", s.clock); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("nobody is named: %v", err)
		}
		for _, x := range []struct {
			word ask.Word
			note string
			help int
		}{{ask.Yes, "Ik breng hem", 1}, {ask.No, "Toch niet", 0}, {ask.Yes, "Toch wel", 1}} {
			s.clock = s.clock.Add(time.Minute)
			if err := s.Ask.AnswerBehind(ctx, l.Secret, x.word, x.note, s.clock); err != nil {
				t.Fatal(err)
			}
			a := show()
			if len(a.Answers) != 1 || a.Answers[0].Answer != x.word || a.Answers[0].Note != x.note ||
				a.Answers[0].ID != otto || len(a.Helped) != x.help {
				t.Errorf("%s: %+v %+v", x.word, a.Answers, a.Helped)
			}
		}
		e := s.one(owner(), "answer-outside")
		if e.Title != "Otto Outside helps you with: "+words || e.Text != "Toch wel" || e.Person != otto || !e.New {
			t.Errorf("%+v", e)
		}
		s.nowhere(s.as(bea), "Toch wel", "Otto")
		// It is in the daily mail of who asked.
		s.lives(s.owner, amsterdam)
		s.wants(s.owner, mailing.SetInput{Topics: []room.Topic{room.Asks}})
		if err := s.Ask.AnswerBehind(ctx, l.Secret, ask.Yes, "Zeker weten", s.clock); err != nil {
			t.Fatal(err)
		}
		s.wall("2026-11-24 08:00")
		if letter := s.only("the answer"); !strings.Contains(letter.Text, "An answer to your ask, from Otto Outside") {
			t.Errorf("%s", letter.Text)
		}

		// No more mail: for whatever link, from whoever of the space; and no address is kept for it.
		never := linkIn(t, got[0].Text, `/mail/never/([\w-]+)`)
		for range 2 {
			if err := s.Mailing.Never(ctx, never); err != nil {
				t.Fatal(err)
			}
		}
		invited := told[praise.Invitation](t, s.must(owner(), "praise.invite", map[string]string{
			"person": otto.String(), "occasion": "the evening",
		}))
		if err := mail(owner(), invited.Secret); fault.CodeOf(err) != fault.Conflict || len(s.box.Take()) != 0 {
			t.Errorf("who wants no more mail gets some: %v", err)
		}
		kept, err := db.Values[[]byte](ctx, s.DB, `select hash from mail_refusal order by hash`)
		if err != nil || len(kept) != 1 || len(kept[0]) != 32 {
			t.Errorf("kept %x %v", kept, err)
		}

		// The end of it.
		if err := s.Ask.AnswerBehind(ctx, l.Secret, ask.No, "", s.clock.AddDate(0, 0, 31)); fault.CodeOf(err) !=
			fault.Conflict {
			t.Errorf("after the end of the link: %v", err)
		}
		s.must(owner(), "ask.close", map[string]string{"ask": key, "outcome": "De avond was mooi"})
		if err := s.Ask.AnswerBehind(ctx, l.Secret, ask.No, "", s.clock); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("after it was closed: %v", err)
		}
		if told := show().Helped[0].Told; told != nil {
			t.Errorf("Otto counts as told: %v", told)
		}
		s.must(owner(), "erase", map[string]string{"person": otto.String()})
		if _, err := s.Ask.AskBehind(ctx, l.Secret, s.clock); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("after he was erased: %v", err)
		}
		if n, err := db.Value[int](ctx, s.DB, `select count(*) from link where kind = 'ask' and person = $1`,
			otto); err != nil || n > 0 {
			t.Errorf("%d links of who was erased, %v", n, err)
		}
	})
}

// The links of praise and of introductions are mailed the same way, each by who made it; when nobody knows whether one
// arrived it is not called sent, and no second one goes.
func TestOtherLinksAreMailed(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		s := newMailed(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		s.wall("2026-11-23 12:00")
		owner := s.as(s.owner)
		otto := s.keep(s.owner, "Otto Outside", "otto@else.example", people.NewPerson{})
		carla := s.keep(s.owner, "Carla Cohen", "carla@else.example", people.NewPerson{})
		mail := func(v op.Viewer, secret string) error {
			t.Helper()
			_, err := s.call(v, "mail.link", map[string]string{"secret": secret})
			return err
		}
		invited := told[praise.Invitation](t, s.must(owner, "praise.invite", map[string]string{
			"person": otto.String(), "occasion": "the evening",
		}))
		if err := mail(s.as(bea), invited.Secret); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("by another: %v", err)
		}
		s.box.Set(nil, "data")
		if err := mail(owner, invited.Secret); fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("no answer: %v", err)
		}
		s.box.Set(nil, "")
		if err := mail(owner, invited.Secret); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("again: %v", err)
		}
		if got := s.box.Take(); len(got) != 1 || got[0].Subject != "Olga Owner asks you for some words" ||
			!strings.Contains(got[0].Text, "/praise/link/"+invited.Secret) {
			t.Errorf("%+v", got)
		}
		started := told[ask.Started](t, s.must(owner, "introductions.ask", map[string]string{
			"target": carla.String(), "through": otto.String(), "text": "om samen te werken",
			"address": "olga@club.example",
		}))
		var both sync.WaitGroup
		var went atomic.Int32
		for range 3 { // pressed three times at once
			both.Go(func() {
				if _, err := s.Mailing.MailLink(context.Background(), owner, started.Secret); err == nil {
					went.Add(1)
				} else if fault.CodeOf(err) != fault.Conflict {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if went.Load() != 1 {
			t.Errorf("it was called sent %d times", went.Load())
		}
		got := s.box.Take()
		if len(got) != 1 || got[0].To != "otto@else.example" ||
			!strings.Contains(got[0].Text, "/introduction/"+started.Secret) ||
			strings.Contains(got[0].Text+got[0].HTML, "olga@club.example") {
			t.Errorf("%+v", got)
		}
		// So many a day and no more.
		for i := range 30 {
			one := s.keep(s.owner, "Een "+string(rune('A'+i)), string(rune('a'+i%26))+id.New().String()+"@else.example",
				people.NewPerson{})
			link := told[praise.Invitation](t, s.must(owner, "praise.invite", map[string]string{
				"person": one.String(), "occasion": "the evening",
			}))
			if err := mail(owner, link.Secret); err != nil {
				if fault.CodeOf(err) != fault.TooMany || i != 18 {
					t.Errorf("after %d: %v", i, err)
				}
				return
			}
		}
		t.Error("there is no end to it")
	})
}
