package phone

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/scope"
	"gave.network/internal/tact"
	"gave.network/internal/text/vcard"
)

// Known is what a card says of a person, of that what Gave knows too.
type Known struct {
	Name         string   `json:"name,omitempty"`
	Family       string   `json:"family,omitempty"` // with what stands before it, such as van der
	Given        string   `json:"given,omitempty"`
	Prefix       string   `json:"prefix,omitempty"`
	Suffix       string   `json:"suffix,omitempty"`
	Nickname     string   `json:"nickname,omitempty"`
	Organisation string   `json:"organisation,omitempty"`
	Title        string   `json:"title,omitempty"`
	Place        string   `json:"place,omitempty"`
	Emails       []string `json:"emails,omitempty"`
	Phones       []string `json:"phones,omitempty"`
	Links        []string `json:"links,omitempty"`
	Birthday     string   `json:"birthday,omitempty"` // 1970-05-03, or --05-03 without a year
	Anniversary  string   `json:"anniversary,omitempty"`
	Note         string   `json:"note,omitempty"`  // what the member wrote on a device
	Photo        int64    `json:"photo,omitempty"` // when it was added
}

// entry is a person as the viewer's book has them, but for what a device sent.
type entry struct {
	Known
	Person id.ID
	Told   []string // what Gave tells of them, in lines
	died   bool
	core   string // the digest of what is known
	told   string // the digest of what is told
}

// toldLength is how many digits the digest of what is told has.
const toldLength = 8

func digest(value any, length int) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic("phone: " + err.Error()) // they are texts and numbers
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:length]
}

// etag names the state of a card. What stands before the dash changes with what is in the card, what stands behind it
// with what Gave tells: that is not what a device edits.
func (e *entry) etag(put int64) string {
	return `"` + e.core + "." + strconv.FormatInt(put, 36) + "-" + e.told + `"`
}

// sameCore says whether two states of a card differ in no more than what Gave tells.
func sameCore(a, b string) bool {
	a, _, _ = strings.Cut(a, "-")
	b, _, _ = strings.Cut(b, "-")
	return strings.Trim(a, `"`) == strings.Trim(b, `"`)
}

// entries returns some people as the viewer's book has them; those that the viewer may not see, or who were found to be
// somebody else, are left out.
func (s *Service) entries(ctx context.Context, v op.Viewer, keys []id.ID) (map[id.ID]*entry, error) {
	found, err := s.network.PeopleByID(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	keys = slices.DeleteFunc(slices.Clone(keys), func(key id.ID) bool {
		p, seen := found[key]
		return !seen || !p.Merged.IsZero()
	})
	identifiers, err := s.network.Identifiers(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	birthdays, err := s.network.DaysOf(ctx, v, keys, "birthday")
	if err != nil {
		return nil, err
	}
	anniversaries, err := s.network.DaysOf(ctx, v, keys, "anniversary")
	if err != nil {
		return nil, err
	}
	notes, err := s.network.NotesFrom(ctx, v, keys, people.SourceDevice)
	if err != nil {
		return nil, err
	}
	died, err := s.died(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	told, err := s.told(ctx, v, keys, died)
	if err != nil {
		return nil, err
	}
	out := make(map[id.ID]*entry, len(keys))
	for _, key := range keys {
		p := found[key]
		e := &entry{Person: key, Told: told[key], died: died[key]}
		e.Known = Known{
			Name: p.Name, Family: strings.TrimSpace(p.Particle + " " + p.Family), Given: p.Given, Prefix: p.Prefix,
			Suffix: p.Suffix, Nickname: p.Nickname, Organisation: p.Organisation, Title: p.Title, Place: p.Place,
			Note: notes[key], Photo: p.Photo,
		}
		if !died[key] { // a telephone would have its owner congratulate them
			e.Birthday, e.Anniversary = dayText(birthdays, key), dayText(anniversaries, key)
		}
		for _, n := range identifiers[key] {
			switch n.Kind {
			case people.MailAddress:
				e.Emails = append(e.Emails, n.Value)
			case people.Telephone:
				e.Phones = append(e.Phones, n.Value)
			case people.Link:
				e.Links = append(e.Links, n.Value)
			}
		}
		e.core, e.told = digest([]any{e.Known, e.died}, 20), digest(e.Told, toldLength)
		out[key] = e
	}
	return out, nil
}

// few is up to how many people are looked up by themselves, rather than among everybody.
const few = 100

// died says who of some people died.
func (s *Service) died(ctx context.Context, v op.Viewer, keys []id.ID) (map[id.ID]bool, error) {
	if len(keys) > few {
		return s.network.Deceased(ctx, v)
	}
	return s.network.DeceasedOf(ctx, v, keys)
}

func dayText(days map[id.ID]people.ImportantDate, person id.ID) string {
	d, ok := days[person]
	switch {
	case !ok:
		return ""
	case d.Year > 0:
		return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
	}
	return fmt.Sprintf("--%02d-%02d", d.Month, d.Day)
}

// told is what Gave tells of people in their cards: when they and the viewer were last in touch, and what occupies
// them. Of who died and of the viewer it tells nothing.
func (s *Service) told(
	ctx context.Context, v op.Viewer, keys []id.ID, died map[id.ID]bool,
) (map[id.ID][]string, error) {
	lines, err := s.hears.Lines(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	ties, err := s.network.TieStates(ctx, v, v.Person, keys)
	if err != nil {
		return nil, err
	}
	p := v.Printer()
	out := map[id.ID][]string{}
	for _, key := range keys {
		if died[key] || key == v.Person {
			continue
		}
		if state := ties[key]; state.Interactions > 0 && !v.Person.IsZero() {
			out[key] = append(out[key], p.T("last contact %s", p.Date(time.UnixMicro(state.AsOf))))
		}
		if line := oneLine(lines[key]); line != "" && !tact.Delicate(line) {
			out[key] = append(out[key], line)
		}
	}
	return out, nil
}

// oneLine writes a text as one line without the mark that ends what Gave tells.
func oneLine(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, strings.TrimSpace(vcard.ToldEnd), " ")), " ")
}

// toldIn says whether a text is what Gave told: what it tells now, or in the state of the card that a device has.
func (e *entry) toldIn(c *vcard.Card, match string) func(text string) bool {
	tells := c.ToldTexts()
	whole := slices.ContainsFunc(etagsIn(match), func(etag string) bool {
		_, told, _ := strings.Cut(strings.Trim(etag, `"`), "-")
		return len(tells) > 0 && told == digest(tells, toldLength)
	})
	return func(text string) bool { return whole || slices.Contains(e.Told, text) }
}

// anyTold is for a card of which it is not known what Gave told in it.
func anyTold(string) bool { return true }

// nothingTold is for a card of nobody.
func nothingTold(string) bool { return false }

// madeOf are the tables that the cards of a book are made of.
var madeOf = []string{
	"person", "person_tag", "person_role", "identifier", "important_date", "note", "member", "merge", "tie", "fact",
}

// everybody returns all people whom the viewer may see as the viewer's book has them. What it returns is shared.
func (s *Service) everybody(ctx context.Context, v op.Viewer) (map[id.ID]*entry, error) {
	if err := s.network.SettleToRead(ctx, v); err != nil {
		return nil, err
	}
	p := v.Printer()
	what := "cards of devices on " + v.Now.In(p.Zone).Format(time.DateOnly) + " " + string(v.Lang) + " " +
		v.Person.String()
	return db.Keep(ctx, s.db, scope.Kept(v, what), madeOf,
		func(ctx context.Context, _ map[id.ID]*entry, _ db.Change) (map[id.ID]*entry, error) {
			everybody, err := s.network.Everybody(ctx, v)
			if err != nil {
				return nil, err
			}
			keys := make([]id.ID, 0, everybody.Count())
			everybody.EachCanonical(func(e *people.Entry) { keys = append(keys, e.ID) })
			slices.SortFunc(keys, id.ID.Compare)
			return s.entries(ctx, v, keys)
		})
}
