package server_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people"
)

// With 10,000 people, some with names that no form expects, the page stays a page: small, no wider than the screen, and
// the one that is looked for comes up while typing.
func TestTenThousandPeople(t *testing.T) {
	h := open(t, 0)
	ctx := context.Background()
	owner, err := h.app.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	odd := []string{
		strings.Repeat("Wolfeschlegelsteinhausenbergerdorff", 4), "محمد بن عبد الله الفاسي",
		"👩🏽‍🔬 Dr. " + strings.Repeat("de la Très-Longue ", 12) + "Rivière",
		"王小明", "X Æ A-12", "<script>alert(1)</script> Jansen",
	}
	var list []people.NewPerson
	for i := range 10_000 {
		p := people.NewPerson{Person: people.Person{
			ID: id.New(), Owner: owner.Member, Organisation: fmt.Sprintf("Bureau %d", i%300), Title: "adviseur",
			Created: 1, Updated: 1,
		}}
		p.Named(fmt.Sprintf("Anna Jansen%04d", i))
		if i < len(odd) {
			p.Named(odd[i])
			p.Organisation = strings.Repeat("Stichting Samenwerkingsverband ", 6)
		}
		p.Identifiers = []people.Identifier{
			{Kind: people.MailAddress, Value: fmt.Sprintf("%s%d@example.org", strings.Repeat("long", i%3*6), i)},
		}
		list = append(list, p)
	}
	if err := h.app.DB.Write(ctx, func(tx *db.Tx) error {
		return people.InsertPeople(ctx, tx, owner.Space, list)
	}); err != nil {
		t.Fatal(err)
	}
	for _, device := range []browsertest.Options{{Phone: true}, {}} {
		b := browsertest.New(t, device)
		if device.Phone {
			h.enter(b)
		} else {
			b.Open(h.url + "/signin")
			b.Fill("#f-email", "barbara@example.org")
			b.Fill("#f-password", secret)
			b.Click("main button.primary")
		}
		paths := []string{
			"/", "/people", "/people?sort=name", "/people?query=wolfe", "/people?offset=9950", "/organisations",
		}
		for _, p := range list[:len(odd)] {
			paths = append(paths, "/people/"+p.ID.String())
		}
		for _, path := range paths {
			b.Open(h.url + path)
			if wide := b.Wide(); wide > 0 {
				t.Errorf("%s is %d pixels wider than the screen (phone: %v)", path, wide, device.Phone)
			}
			if size := browsertest.Evaluate[int](b, `document.documentElement.outerHTML.length`); size > 200_000 {
				t.Errorf("%s is a page of %d characters", path, size)
			}
		}
		b.Open(h.url + "/people")
		b.Click("#query")
		b.Keys("jansen7777")
		b.Eventually("main", "Anna Jansen7777")
	}
}
