package give

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/near"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
)

func TestHealthOf(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	anna, bram := people.Ref{ID: id.New(), Name: "Anna"}, people.Ref{ID: id.New(), Name: "Bram"}
	gave := func(daysAgo, minutes int, to ...people.Ref) Gift {
		return Gift{At: now.AddDate(0, 0, -daysAgo), Minutes: minutes, People: to}
	}
	gifts := []Gift{
		gave(-1, 500, anna), // yet to come
		gave(0, 40, anna), gave(1, 0, bram), gave(6, 10), gave(7, 60, anna), gave(20, 20, anna, bram),
		gave(30, 5, bram), gave(55, 15, bram), gave(56, 1000, bram), // too long ago
	}
	h := healthOf(gifts, 45, now)
	if h.Times != 3 || h.Minutes != 50 || h.Lately != 7 || h.Small != 4 || !h.over() {
		t.Errorf("%+v", h)
	}
	// Anna took 40, 60 and half of 20, of 155 with the five of a gift of which it was not noted.
	if h.Takes == nil || h.Takes.Person != anna {
		t.Fatalf("%+v", h.Takes)
	}
	near.Equal(t, "her part", h.Takes.Part, 110.0/155, 1e-9)
	p := locale.New(locale.English, time.UTC)
	if text := h.Text(p); !strings.Contains(text, "50 of the 45") || !strings.Contains(text, "Anna took 71 %") ||
		!strings.Contains(text, "Of the 7 times in eight weeks, 4") {
		t.Error(text)
	}
	for name, few := range map[string][]Gift{
		"few gifts":   gifts[:5],
		"little time": {gave(0, 5, anna), gave(1, 5, anna), gave(2, 5, anna), gave(3, 5, anna), gave(4, 5, anna)},
		"only twice":  {gave(0, 90, anna), gave(1, 90, anna), gave(2, 5, bram), gave(3, 5, bram), gave(4, 5, bram)},
		"mostly everybody": {
			gave(0, 30, anna), gave(1, 30, anna), gave(2, 30, anna), gave(3, 30, bram), gave(4, 300), gave(5, 5, bram),
		},
	} {
		if h := healthOf(few, 0, now); h.Takes != nil {
			t.Errorf("%s: %+v", name, h.Takes)
		}
	}
	if text := healthOf(nil, 0, now).Text(p); text != "Give without expecting anything back.\n" {
		t.Errorf("%q", text)
	}
}

// A budget is set, seen and taken away on the page, and is nobody else's.
func TestBudgetOnThePage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := NewService(d, people.NewStore(d), t.TempDir())
		web := site(s, v)
		web.Post(t, "/give", url.Values{"body": {"a tip"}}, 303)
		web.Get(t, "/give", 200, "This week you gave 1 time")
		web.Post(t, "/give/budget", url.Values{"minutes": {"90"}}, 303)
		web.Get(t, "/give", 200, "0 of the 90 minutes", `value="90"`)
		web.Post(t, "/give/budget", url.Values{"minutes": {"-5"}}, 422)
		web.Post(t, "/give/budget", url.Values{"minutes": {"120"}}, 303)
		other := peopletest.Viewer(t, d, v.Space, "Other", op.Member)
		if strings.Contains(site(s, other).Get(t, "/give", 200), "120") {
			t.Error("somebody else sees the budget")
		}
		optest.Call[op.None](t, s.Operations(), v, "give.budget", BudgetInput{Minutes: 0})
		if h := optest.Call[Health](t, s.Operations(), v, "give.health", op.None{}, "This week"); h.Budget != 0 ||
			h.Times != 1 {
			t.Errorf("%+v", h)
		}
	})
}

// A gift to a tag or an organisation is one to all of its people, but not to the giver.
func TestGiftToAGroup(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		store := people.NewStore(d)
		s := NewService(d, store, t.TempDir())
		anna, bram := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "Bram Beer")
		peopletest.Person(t, d, v, "Carla Cobra")
		for _, p := range []people.Person{anna, bram} {
			if err := store.Tag(ctx, v, p, []string{"writers"}); err != nil {
				t.Fatal(err)
			}
		}
		ops := s.Operations()
		optest.Call[GiftInput](t, ops, v, "give.log",
			LogInput{Body: "een sjabloon", Group: "Writers", To: []string{"Bram Beer"}})
		list := optest.Call[ListOutput](t, ops, v, "give.list", ListInput{Limit: 5}, "Anna Aal").Gifts
		if len(list) != 1 || len(list[0].People) != 2 || list[0].Kind != Material {
			t.Errorf("%+v", list)
		}
		web := site(s, v)
		web.Post(t, "/give", url.Values{"body": {"x"}, "group": {"Painters"}}, 422, "Painters")
	})
}

// What sort of gift it was is told from its words, in both languages; a mention or feedback is not knowledge.
func TestKindOf(t *testing.T) {
	for body, want := range map[string]Kind{
		"vermelding in nieuwsbrief over vertalen": Visibility, "feedback op haar stuk": Feedback,
		"hulp met pitch": Time, "referral for a job": Referral, "Introductie bij Bureau Helder": Introduction,
		"an article on typography": Knowledge, "sjabloon jaarplan": Material, "een tip over subsidie": Tip,
		"iets liefs": Other,
	} {
		if got := kindOf(Gift{Direction: Given, Body: body}); got != want {
			t.Errorf("%q is %s, want %s", body, got, want)
		}
	}
	for body, want := range map[string]Kind{
		"opdracht voor een website": Job, "a booking in May": Booking, "samenwerking": Collaboration,
		"a tip": Tip, "een boek": Material,
	} {
		if got := kindOf(Gift{Direction: CameIn, Body: body}); got != want {
			t.Errorf("%q came in as %s, want %s", body, got, want)
		}
	}
	if got := kindOf(Gift{Direction: Given, Body: "this", Link: "https://example.org"}); got != Knowledge {
		t.Errorf("a link is %s", got)
	}
}
