package praise

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// pages adds the pages of the room.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /praise", op.Member, s.Page)
	m.Handle("GET /praise/new", op.Member, s.NewPage)
	m.Handle("POST /praise/invite", op.Member, s.InviteForm)
	m.Handle("POST /praise", op.Member, s.Form)
	m.Handle("GET /praise/credit", op.Member, s.CreditPage)
	m.Handle("POST /praise/group", op.Member, s.GroupForm)
	m.Handle("GET /praise/consents", op.Member, s.ConsentsPage)
	m.Handle("POST /praise/consents", op.Member, s.ConsentsForm)
	m.Handle("POST /praise/{praise}", op.Member, s.ChangeForm)
	m.Handle("GET /praise/link/{secret}", op.Anonymous, s.LinkPage)
	m.Handle("POST /praise/link/{secret}", op.Anonymous, s.LinkForm)
	m.Handle("GET /praised/{member}", op.Anonymous, s.PublicPage)
	m.Handle("GET /praised/{member}/embed", op.Anonymous, s.EmbedPage)
	m.Handle("GET /praise/check", op.Member, CheckPage)
	m.HandleLong("POST /praise/check", op.Member, CheckForm)
	m.Handle("GET /praise/posts", op.Member, PostsPage)
	m.HandleUpload("POST /praise/posts", op.Member, MostShares, PostsForm)
}

// listed is how many pieces of praise stand on a page, panelled how many on that of a person.
const (
	listed   = 50
	panelled = 5
)

// praiseView is what the page shows.
type praiseView struct {
	List       []Praise         // of this page
	Waiting    []Praise         // of these, what waits for the viewer's yes
	Thanks     map[id.ID]string // where each of those is thanked for, by mail
	Of         []Praise         // what else is said of the viewer
	Others     []Praise         // and what the viewer said or keeps
	OfCount    int              // on all pages
	OtherCount int
	Aside      int
	Kept       int // that was received elsewhere
	Public     string
	page.Part
}

// Page is the wall: what waits for the viewer's yes, what others say of them, and what they said of others.
func (s *Service) Page(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	if person := r.FormValue("person"); person != "" { // where praise was once written
		http.Redirect(w, r, writeAddress(person), http.StatusMovedPermanently)
		return nil
	}
	out, err := s.list(ctx, v, op.None{})
	if err != nil {
		return err
	}
	shown := praiseView{Aside: out.SetAside, Public: out.Page}
	rank := func(p Praise) int {
		switch {
		case p.waits():
			return 0
		case p.OfMe:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(out.Praise, func(a, b Praise) int { return cmp.Compare(rank(a), rank(b)) })
	for _, p := range out.Praise {
		if p.Kept {
			shown.Kept++
		}
		if p.OfMe {
			shown.OfCount++
		} else {
			shown.OtherCount++
		}
	}
	shown.Part = page.PartOf(r, "/praise", len(out.Praise), listed)
	shown.List = out.Praise[shown.From:shown.To]
	for _, p := range shown.List {
		switch {
		case rank(p) == 0:
			shown.Waiting = append(shown.Waiting, p)
		case p.OfMe:
			shown.Of = append(shown.Of, p)
		default:
			shown.Others = append(shown.Others, p)
		}
	}
	thanks, err := s.thanks(ctx, v, shown.Waiting)
	if err != nil {
		return err
	}
	shown.Thanks = map[id.ID]string{}
	for key, letter := range thanks {
		shown.Thanks[key] = page.MailAddress(letter.to, letter.text)
	}
	return page.Render(w, r, http.StatusOK, praisePage(shown))
}

// waits says whether the subject has not yet decided who sees what may be published.
func (p Praise) waits() bool { return p.OfMe && p.Consent == ConsentPublish && p.Audience == "" }

// seenBy says who sees praise: what its subject decided, and until then only they.
func (p Praise) seenBy() Consent {
	if p.OfMe {
		return cmp.Or(p.Audience, ConsentPrivate)
	}
	return p.Consent
}

// writeAddress is where praise of somebody is written.
func writeAddress(person string) string { return "/praise/new?for=" + url.QueryEscape(person) }

// keepAddress is where the words of who thanked the viewer are kept: their subject stands there already.
func keepAddress(t Thanks) string {
	return writeAddress(t.Person.String()) + "&" + url.Values{"text": {t.Subject}, "occasion": {t.About}}.Encode()
}

// newView is what the page shows on which praise is written.
type newView struct {
	Name     string // whom it is about
	Text     string // what stands there already, of who thanked the viewer
	Occasion string
	Invited  *Invitation
	Link     string
}

// NewPage has the forms to give praise, to keep it and to ask for it.
func (s *Service) NewPage(w http.ResponseWriter, r *http.Request) error {
	r, name, err := s.network.Typed(r, r.FormValue("for"))
	if err != nil {
		return err
	}
	shown := newView{Name: name, Text: r.FormValue("text"), Occasion: r.FormValue("occasion")}
	return page.Render(w, r, http.StatusOK, newPage(shown))
}

// InviteForm asks somebody for praise, and shows what to send on.
func (s *Service) InviteForm(w http.ResponseWriter, r *http.Request) error {
	page.StandsAt(r, "/praise/new")
	in, err := page.Input[InviteInput](r, "praise.invite", page.As("person", "from"), page.As("occasion", "about"))
	if err != nil {
		return err
	}
	invited, err := s.Invite(r.Context(), page.From(r.Context()).Viewer, in.Person, in.Occasion)
	if err != nil {
		return err
	}
	shown := newView{Invited: &invited, Link: page.Base(r) + "/praise/link/" + invited.Secret}
	return page.Render(w, r, http.StatusOK, newPage(shown))
}

// Form gives praise, or keeps what was said of the viewer.
func (s *Service) Form(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	page.StandsAt(r, "/praise/new")
	var noted RefOutput
	switch r.FormValue("act") {
	case "keep":
		in, err := page.Input[KeepInput](r, "praise.keep")
		if err != nil {
			return err
		}
		in.Consent = ConsentPrivate
		if noted, err = s.keep(ctx, request.Viewer, in); err != nil {
			return err
		}
	default:
		in, err := page.Input[WriteInput](r, "praise.write")
		if err != nil {
			return err
		}
		if noted, err = s.write(ctx, request.Viewer, in); err != nil {
			return err
		}
	}
	return page.Done(w, r, "/praise#p-"+noted.Praise.String(), request.Printer.T("Noted."))
}

// creditView is what the page of credit shows.
type creditView struct {
	What, Problem string
	Asked         bool
	People        []Credited
}

// CreditPage tells who had a part in something, and lets the viewer praise them together.
func (s *Service) CreditPage(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	shown := creditView{What: strings.TrimSpace(r.FormValue("what"))}
	if shown.What != "" {
		list, err := s.Credit(r.Context(), request.Viewer, shown.What)
		switch {
		case fault.CodeOf(err) == fault.Invalid:
			shown.Problem = request.Printer.Fault(err)
		case err != nil:
			return err
		}
		shown.Asked, shown.People = err == nil, list
	}
	return page.Render(w, r, http.StatusOK, creditPage(shown))
}

// GroupForm praises several people in the same words.
func (s *Service) GroupForm(w http.ResponseWriter, r *http.Request) error {
	page.StandsAt(r, "/praise/credit")
	in, err := page.Input[GroupInput](r, "praise.group")
	if err != nil {
		return err
	}
	if _, err := s.group(r.Context(), page.From(r.Context()).Viewer, in); err != nil {
		return err
	}
	return page.Done(w, r, "/praise", page.From(r.Context()).Printer.T("Noted."))
}

// ConsentsPage lists what was received elsewhere, to note of several at once what their authors allowed.
func (s *Service) ConsentsPage(w http.ResponseWriter, r *http.Request) error {
	list, _, err := s.List(r.Context(), page.From(r.Context()).Viewer)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(p Praise) bool { return !p.Kept })
	slices.SortStableFunc(list, func(a, b Praise) int { return cmp.Compare(a.Consent.number(), b.Consent.number()) })
	return page.Render(w, r, http.StatusOK, consentsPage(list[:min(len(list), mostConsents)]))
}

// mostConsents is of how much praise can be noted at once what is allowed.
const mostConsents = 200

// ConsentsForm notes what authors allowed.
func (s *Service) ConsentsForm(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	page.StandsAt(r, "/praise/consents")
	in, err := page.Input[ConsentsInput](r, "praise.consents")
	if err != nil {
		return err
	}
	if err := s.AllowAll(r.Context(), request.Viewer, in.Praise, in.Consent, in.Evidence); err != nil {
		return err
	}
	return page.Done(w, r, "/praise", request.Printer.T("Noted."))
}

// ChangeForm publishes, hides, or withdraws praise.
func (s *Service) ChangeForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	key, err := id.Parse(r.PathValue("praise"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such praise.")
	}
	switch r.FormValue("act") {
	case "show":
		err = s.Show(ctx, request.Viewer, key, Consent(r.FormValue("audience")))
	case "withdraw":
		err = s.Withdraw(ctx, request.Viewer, key)
	case "consent":
		var in ConsentInput
		if in, err = page.Input[ConsentInput](r, "praise.consent"); err == nil {
			err = s.Allow(ctx, request.Viewer, key, in.Consent, in.Evidence)
		}
	default:
		err = fault.New(fault.Invalid, "There is no such thing to do with praise.")
	}
	if err != nil {
		return err
	}
	undo := page.Undo{}
	if r.FormValue("act") == "show" {
		undo = page.Undo{
			Address: "/praise/" + key.String(), Fields: []string{"act", "show", "audience", r.FormValue("was")},
		}
	}
	return page.DoneFor(w, r, page.Back(r, "/praise"), request.Printer.T("Noted."), undo)
}

// shownPraise is how much praise a page of a person shows.
const shownPraise = 5

// Panel shows on a person's page what was said, and the way to praise.
func (s *Service) Panel(ctx context.Context, v op.Viewer, person id.ID) (templ.Component, error) {
	if v.Role < op.Member || person == v.Person || v.Person.IsZero() {
		return nil, nil
	}
	list, _, err := s.List(ctx, v)
	if err != nil {
		return nil, err
	}
	var of []Praise
	for _, p := range list {
		if p.Author.ID == person || p.Subject.ID == person {
			of = append(of, p)
		}
	}
	public, err := s.publicOf(ctx, v, person)
	if err != nil || len(of) == 0 && public == "" {
		return nil, err
	}
	return praisePanel(of[:min(len(of), panelled)], public), nil
}

// publicOf is the address of the public page of a member on which something is shown; empty for none.
func (s *Service) publicOf(ctx context.Context, v op.Viewer, person id.ID) (string, error) {
	members, err := s.network.Members(ctx, v)
	if err != nil || members[person].Member.IsZero() || members[person].Ended {
		return "", err
	}
	_, _, err = s.Public(ctx, members[person].Member)
	switch fault.CodeOf(err) {
	case "":
	case fault.NotFound: // nothing is shown there
		return "", nil
	default:
		return "", err
	}
	return "/praised/" + members[person].Member.String(), nil
}

// LinkPage is the page of who was asked for praise; nobody has to sign in.
func (s *Service) LinkPage(w http.ResponseWriter, r *http.Request) error {
	row, err := s.behind(r.Context(), r.PathValue("secret"), time.Now())
	if err != nil {
		return err
	}
	written := false
	if !row.Praise.IsZero() {
		if written, err = s.stillThere(r.Context(), row); err != nil {
			return err
		}
	}
	return page.Render(w, r, http.StatusOK, linkPage(linkView{
		Secret: r.PathValue("secret"), Name: row.SubjectName, Occasion: row.Occasion, Used: !row.Praise.IsZero(),
		Written: written,
	}))
}

// linkView is what the page of a link shows.
type linkView struct {
	Secret, Name, Occasion string
	Used                   bool // it was answered
	Written                bool // and the words were not taken back
}

// LinkForm stores the words of who was asked, or takes them back.
func (s *Service) LinkForm(w http.ResponseWriter, r *http.Request) error {
	secret, request := r.PathValue("secret"), page.From(r.Context())
	if r.FormValue("act") == "withdraw" {
		if err := s.TakeBack(r.Context(), secret, time.Now()); err != nil {
			return err
		}
		return page.Done(w, r, "/praise/link/"+secret, request.Printer.T("Your words were taken back."))
	}
	if err := s.Answer(r.Context(), secret, r.FormValue("text"),
		Consent(r.FormValue("consent")), time.Now()); err != nil {
		return err
	}
	return page.Done(w, r, "/praise/link/"+secret, request.Printer.T("Thank you."))
}

// PublicPage shows to everybody what was said of a member, as its authors and the member allow, with JSON-LD for other
// programs.
func (s *Service) PublicPage(w http.ResponseWriter, r *http.Request) error {
	name, list, err := s.public(r)
	if err != nil {
		return err
	}
	described, err := describe(name, list)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK,
		publicPage(name, list, described, page.Base(r)+"/praised/"+r.PathValue("member")+"/embed"))
}

// EmbedPage is the same without the frame of the page, for other sites to show within theirs.
func (s *Service) EmbedPage(w http.ResponseWriter, r *http.Request) error {
	name, list, err := s.public(r)
	if err != nil {
		return err
	}
	// It holds nothing that can be clicked on by mistake and no script, so any site may frame it.
	w.Header().Set("Content-Security-Policy",
		"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *")
	w.Header().Del("Cross-Origin-Opener-Policy")
	return page.Render(w, r, http.StatusOK, embedPage(name, list))
}

func (s *Service) public(r *http.Request) (string, []Shown, error) {
	member, err := id.Parse(r.PathValue("member"))
	if err != nil {
		return "", nil, fault.New(fault.NotFound, "There is no such page.")
	}
	return s.Public(r.Context(), member)
}

// describe says the praise in the vocabulary of schema.org: reviews of a person, without stars.
func describe(name string, list []Shown) (string, error) {
	type person struct {
		Type string `json:"@type"`
		Name string `json:"name"`
	}
	type review struct {
		Type   string `json:"@type"`
		Author person `json:"author"`
		Body   string `json:"reviewBody"`
		About  string `json:"about,omitempty"`
		Date   string `json:"datePublished"`
	}
	out := struct {
		Context string   `json:"@context"`
		Type    string   `json:"@type"`
		Name    string   `json:"name"`
		Review  []review `json:"review"`
	}{"https://schema.org", "Person", name, nil}
	for _, x := range list {
		out.Review = append(out.Review,
			review{"Review", person{"Person", x.Author}, x.Text, x.Occasion, x.At.Format(time.DateOnly)})
	}
	text, err := json.Marshal(out) // escapes <, > and &, so that no text can end the element it stands in
	return string(text), err
}

// snippet is what another site puts into its page.
func snippet(address string) string {
	return `<iframe src="` + strings.ReplaceAll(address, `"`, "") +
		`" title="Praise" loading="lazy" width="100%" height="320"></iframe>`
}

// line says how much praise waits, for the page that leads to all rooms.
func (s *Service) line(ctx context.Context, v op.Viewer) (string, error) {
	n, err := s.waiting(ctx, v)
	if n == 0 {
		return "", err
	}
	return v.Printer().T("%d new, waiting for your answer", n), err
}
