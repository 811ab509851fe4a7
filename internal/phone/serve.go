package phone

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gave.network/internal/account"
	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/phone/dav"
	"gave.network/internal/text/vcard"
)

// root is where address books are. Below it stand who asks (MEMBER/), their books (MEMBER/books/), the one of the space
// that the password was made in (MEMBER/books/SPACE/) and its cards.
const root = "/carddav/"

// WellKnown is where devices look first (RFC 6764).
const WellKnown = "/.well-known/carddav"

// mostBody is how much a request of a method may bring, in bytes.
func mostBody(method string) int64 {
	switch method {
	case http.MethodPut:
		return vcard.MostBytes + 64<<10
	case "REPORT":
		return dav.MostOfReport // the addresses of many cards
	}
	return dav.MostOfProperties
}

// Handler answers devices that read and write address books (CardDAV).
func (s *Service) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == WellKnown {
			http.Redirect(w, r, root, http.StatusMovedPermanently)
			return
		}
		_, password, _ := r.BasicAuth()
		if password == "" {
			challenge(w)
			return
		}
		v, err := s.account.Device(r.Context(), password, visit(r))
		if err == nil {
			err = v.May(op.Member)
		}
		switch fault.CodeOf(err) {
		case "":
		case fault.Unauthenticated:
			challenge(w)
			return
		case fault.TooMany:
			w.Header().Set("Retry-After", page.RetryAfter)
			http.Error(w, "Too many wrong passwords. Wait a few minutes.", http.StatusTooManyRequests)
			return
		default:
			fail(w, r, err)
			return
		}
		page.Lift(r, mostBody(r.Method))
		d := device{s, v, w, r}
		if err := d.answer(); err != nil {
			fail(w, r, err)
		}
	})
}

func visit(r *http.Request) account.Visit {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return account.Visit{From: host, Agent: r.UserAgent()}
}

func challenge(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Basic realm="Gave", charset="UTF-8"`)
	http.Error(w, "Give the password that was made under Phone and calendar.", http.StatusUnauthorized)
}

// fail answers with what went wrong.
func fail(w http.ResponseWriter, r *http.Request, err error) {
	var large *http.MaxBytesError
	var refused *refusal
	switch {
	case errors.As(err, &large):
		dav.Fail(w, http.StatusRequestEntityTooLarge, dav.Name(dav.CardDAV, "max-resource-size"), "")
	case errors.As(err, &refused):
		status, inner := http.StatusForbidden, ""
		if refused.href != "" {
			status, inner = http.StatusConflict, dav.HrefOf(refused.href)
		}
		dav.Fail(w, status, dav.Name(dav.CardDAV, refused.condition), inner)
	case errors.Is(err, errCondition):
		http.Error(w, "The card is another one by now.", http.StatusPreconditionFailed)
	case errors.Is(err, dav.ErrXML), errors.Is(err, dav.ErrShape):
		http.Error(w, "The request cannot be read.", http.StatusBadRequest)
	case errors.Is(err, dav.ErrFilter):
		dav.Fail(w, http.StatusForbidden, dav.Name(dav.CardDAV, "supported-filter"), "")
	default:
		status := page.StatusOf(err)
		if status >= http.StatusInternalServerError {
			slog.ErrorContext(r.Context(), "a device was not served", "error", fault.Discreet(err))
		}
		http.Error(w, http.StatusText(status), status)
	}
}

// device is a request of a device.
type device struct {
	s *Service
	v op.Viewer
	w http.ResponseWriter
	r *http.Request
}

func (d *device) principal() string { return root + d.v.Member.String() + "/" }
func (d *device) home() string      { return d.principal() + "books/" }
func (d *device) bookPath() string  { return d.home() + d.v.Space.String() + "/" }

var errNotFound = fault.New(fault.NotFound, "There is no such page.")

// place is what a path leads to.
type place int

const (
	nowhere place = iota
	atRoot
	atPrincipal
	atHome
	atBook
	atCard
)

// where says what a path leads to, decoded, and the name of the card.
func (d *device) where(path string) (place, string) {
	if path+"/" == root || path == "/" { // where devices look that were told the name of the server alone
		path = root
	}
	if !strings.HasSuffix(path, "/") && slices.Contains([]string{d.principal(), d.home(), d.bookPath()}, path+"/") {
		path += "/"
	}
	switch path {
	case root:
		return atRoot, ""
	case d.principal():
		return atPrincipal, ""
	case d.home():
		return atHome, ""
	case d.bookPath():
		return atBook, ""
	}
	name, within := strings.CutPrefix(path, d.bookPath())
	if !within || name == "" || len(name) > 255 || strings.ContainsAny(name, "/\x00") || name == "." || name == ".." ||
		strings.ToValidUTF8(name, "") != name {
		return nowhere, ""
	}
	return atCard, name
}

// allowed are the methods that are answered.
const allowed = "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, REPORT"

func (d *device) answer() error {
	at, name := d.where(d.r.URL.Path)
	d.w.Header().Set("DAV", "1, 3, addressbook")
	d.w.Header().Set("Cache-Control", "private, no-cache")
	if d.r.Method == http.MethodOptions {
		d.w.Header().Set("Allow", allowed)
		d.w.WriteHeader(http.StatusOK)
		return nil
	}
	if at == nowhere {
		return errNotFound
	}
	switch d.r.Method {
	case http.MethodGet, http.MethodHead:
		if at == atCard {
			return d.get(name)
		}
	case http.MethodPut:
		if at == atCard {
			return d.put(name)
		}
	case http.MethodDelete:
		if at == atCard {
			return d.delete(name)
		}
	case "PROPFIND":
		return d.propfind(at, name)
	case "PROPPATCH":
		names, err := dav.ReadProppatch(d.r.Body)
		if err != nil {
			return err
		}
		answer := dav.NewAnswer(d.w)
		answer.Refuse(d.r.URL.EscapedPath(), names)
		return answer.End()
	case "REPORT":
		return d.report(at)
	}
	d.w.Header().Set("Allow", allowed)
	http.Error(d.w, "This cannot be done here.", http.StatusMethodNotAllowed)
	return nil
}

const contentType = "text/vcard; charset=utf-8"

func (d *device) get(name string) error {
	var place slot
	var content []byte
	had := etagsIn(d.r.Header.Get("If-None-Match"))
	// In one transaction, in which a few people are looked up by themselves.
	if err := d.s.db.Snapshot(d.r.Context(), func(ctx context.Context) error {
		var e *entry
		var there bool
		var err error
		if place, e, there, err = d.s.one(ctx, d.v, name); err != nil {
			return err
		}
		if !there {
			return errNotFound
		}
		if slices.Contains(had, place.Etag) {
			return nil
		}
		cards, err := d.s.content(ctx, d.v, []slot{place}, entriesOf(place, e))
		c := cards[name]
		content = c.Bytes()
		return err
	}); err != nil {
		return err
	}
	d.w.Header().Set("ETag", place.Etag)
	if content == nil {
		d.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	d.w.Header().Set("Content-Type", contentType)
	d.w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	if d.r.Method == http.MethodHead {
		return nil
	}
	_, err := d.w.Write(content)
	return err
}

func (d *device) conditions() conditions {
	return conditions{
		strings.TrimSpace(d.r.Header.Get("If-Match")), strings.TrimSpace(d.r.Header.Get("If-None-Match")),
	}
}

func (d *device) put(name string) error {
	if kind, _, _ := strings.Cut(d.r.Header.Get("Content-Type"), ";"); kind != "" && kind != "text/vcard" &&
		kind != "text/x-vcard" && kind != "text/directory" && kind != "application/octet-stream" {
		return &refusal{condition: "supported-address-data"}
	}
	if most := mostBody(http.MethodPut); d.r.ContentLength > most {
		return &http.MaxBytesError{Limit: most}
	}
	content, err := io.ReadAll(d.r.Body)
	if err != nil {
		return err
	}
	etag, created, err := d.s.put(d.r.Context(), d.v, name, content, d.conditions())
	var refused *refusal
	if errors.As(err, &refused) && refused.href != "" {
		return &refusal{refused.condition, d.bookPath() + dav.Escape(refused.href)}
	}
	if err != nil {
		return err
	}
	if etag != "" {
		d.w.Header().Set("ETag", etag)
	}
	if created {
		d.w.Header().Set("Location", d.bookPath()+dav.Escape(name))
		d.w.WriteHeader(http.StatusCreated)
	} else {
		d.w.WriteHeader(http.StatusNoContent)
	}
	return nil
}

func (d *device) delete(name string) error {
	there, err := d.s.remove(d.r.Context(), d.v, name, d.conditions())
	if err != nil {
		return err
	}
	if !there {
		return errNotFound
	}
	d.w.WriteHeader(http.StatusNoContent)
	return nil
}

// The properties that several resources have.
var (
	resourceType = dav.Name(dav.DAV, "resourcetype")
	getEtag      = dav.Name(dav.DAV, "getetag")
	addressData  = dav.Name(dav.CardDAV, "address-data")
)

const collection = "<d:collection/>"

// common are the properties that all collections have.
func (d *device) common(kind, name string) []dav.Property {
	return []dav.Property{
		{Name: resourceType, Value: kind},
		dav.Text(dav.Name(dav.DAV, "displayname"), name),
		dav.Href(dav.Name(dav.DAV, "current-user-principal"), d.principal()),
		dav.Href(dav.Name(dav.DAV, "owner"), d.principal()),
		dav.Href(dav.Name(dav.DAV, "principal-URL"), d.principal()),
		dav.Href(dav.Name(dav.DAV, "principal-collection-set"), root),
		dav.Href(dav.Name(dav.CardDAV, "addressbook-home-set"), d.home()),
		{
			Name: dav.Name(dav.DAV, "current-user-privilege-set"),
			Value: "<d:privilege><d:read/></d:privilege><d:privilege><d:read-current-user-privilege-set/>" +
				"</d:privilege>",
		},
	}
}

// ofBook are the properties of the address book.
func (d *device) ofBook(now bookRow) ([]dav.Property, error) {
	name, err := d.s.account.SpaceName(d.r.Context(), d.v)
	if err != nil {
		return nil, err
	}
	if name == "" {
		name = "Gave"
	}
	props := d.common(collection+"<c:addressbook/>", name)
	report := func(inner string) string {
		return "<d:supported-report><d:report>" + inner + "</d:report></d:supported-report>"
	}
	privileges := ""
	for _, one := range []string{
		"read", "write", "write-content", "bind", "unbind", "read-current-user-privilege-set",
	} {
		privileges += "<d:privilege><d:" + one + "/></d:privilege>"
	}
	types := ""
	for _, version := range []string{"3.0", "4.0"} {
		types += `<c:address-data-type content-type="text/vcard" version="` + version + `"/>`
	}
	collations := ""
	for _, one := range []string{"i;ascii-casemap", "i;unicode-casemap", "i;octet"} {
		collations += "<c:supported-collation>" + one + "</c:supported-collation>"
	}
	props = slices.DeleteFunc(props, func(p dav.Property) bool {
		return p.Name == dav.Name(dav.DAV, "current-user-privilege-set")
	})
	return append(
		props,
		dav.Property{Name: dav.Name(dav.DAV, "current-user-privilege-set"), Value: privileges},
		dav.Property{
			Name: dav.Name(dav.DAV, "supported-report-set"),
			Value: report("<c:addressbook-query/>") + report("<c:addressbook-multiget/>") +
				report("<d:sync-collection/>"),
		},
		dav.Property{Name: dav.Name(dav.CardDAV, "supported-address-data"), Value: types},
		dav.Property{Name: dav.Name(dav.CardDAV, "supported-collation-set"), Value: collations},
		dav.Text(dav.Name(dav.CardDAV, "max-resource-size"), strconv.Itoa(vcard.MostBytes)),
		dav.Text(dav.Name(dav.CardDAV, "addressbook-description"), name),
		dav.Text(dav.Name(dav.DAV, "sync-token"), now.token(anew)),
		dav.Text(dav.Name(dav.Apple, "getctag"), now.tag()),
	), nil
}

// ofCard are the properties of a card.
func ofCard(p slot) []dav.Property {
	return []dav.Property{
		{Name: resourceType},
		dav.Text(getEtag, p.Etag),
		dav.Text(dav.Name(dav.DAV, "getcontenttype"), contentType),
	}
}

func (d *device) propfind(at place, name string) error {
	asked, err := dav.ReadPropfind(d.r.Body)
	if err != nil {
		return err
	}
	depth := d.r.Header.Get("Depth")
	if depth != "0" && depth != "1" {
		dav.Fail(d.w, http.StatusForbidden, dav.Name(dav.DAV, "propfind-finite-depth"), "")
		return nil
	}
	answer := dav.NewAnswer(d.w)
	deep := depth == "1"
	book := func() (shelf, error) {
		now, err := d.s.refresh(d.r.Context(), d.v)
		if err != nil {
			return now, err
		}
		props, err := d.ofBook(now.bookRow)
		answer.Add(d.bookPath(), asked, props)
		return now, err
	}
	switch at {
	case atRoot:
		answer.Add(d.r.URL.Path, asked, d.common(collection, "Gave"))
		if deep {
			answer.Add(d.principal(), asked, d.common(collection+"<d:principal/>", "Gave"))
		}
	case atPrincipal:
		answer.Add(d.principal(), asked, d.common(collection+"<d:principal/>", "Gave"))
		if deep {
			answer.Add(d.home(), asked, d.common(collection, "Gave"))
		}
	case atHome:
		answer.Add(d.home(), asked, d.common(collection, "Gave"))
		if deep {
			_, err = book()
		}
	case atBook:
		var now shelf
		if now, err = book(); err == nil && deep {
			for _, p := range now.inOrder() {
				answer.Add(d.bookPath()+dav.Escape(p.Name), asked, ofCard(p))
			}
		}
	case atCard:
		var place slot
		if err = d.s.db.Snapshot(d.r.Context(), func(ctx context.Context) error {
			var there bool
			var err error
			if place, _, there, err = d.s.one(ctx, d.v, name); err == nil && !there {
				err = errNotFound
			}
			return err
		}); err != nil {
			return err
		}
		answer.Add(d.bookPath()+dav.Escape(name), asked, ofCard(place))
	}
	return finish(answer, err)
}

// finish ends an answer. One that went wrong when a part of it was on its way is broken off, so that nobody takes the
// part for the whole.
func finish(answer *dav.Answer, err error) error {
	if err == nil {
		err = answer.End()
	}
	if err != nil && answer.Begun() {
		panic(http.ErrAbortHandler)
	}
	return err
}

// inOrder returns the cards of the book by their names.
func (b *shelf) inOrder() []slot {
	out := make([]slot, 0, len(b.slots))
	for _, p := range b.slots {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b slot) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (d *device) report(at place) error {
	asked, err := dav.ReadReport(d.r.Body)
	if err != nil {
		return err
	}
	if at != atBook && (at != atHome || asked.Kind == dav.Sync) && at != atCard {
		dav.Fail(d.w, http.StatusForbidden, dav.Name(dav.DAV, "supported-report"), "")
		return nil
	}
	answer := dav.NewAnswer(d.w)
	if asked.Kind == dav.Multiget && len(asked.Hrefs) <= few {
		return finish(answer, d.few(answer, asked))
	}
	now, err := d.s.refresh(d.r.Context(), d.v)
	if err != nil {
		return err
	}
	switch asked.Kind {
	case dav.Sync:
		err = d.sync(answer, &now, asked)
	case dav.Multiget:
		err = d.multiget(answer, &now, asked)
	case dav.Query:
		err = d.query(answer, &now, asked)
	}
	if errors.Is(err, errAnswered) {
		return nil
	}
	return finish(answer, err)
}

// errAnswered says that the answer went out already.
var errAnswered = errors.New("phone: answered")

// batch is how many cards are read at once, if they do not have more than batchBytes of what devices sent.
const (
	batch      = 200
	batchBytes = 8 << 20
)

// add tells of cards, with what is in them when that is asked for. wants says whether one is to be told of; nil for
// all. It returns how many were.
func (d *device) add(answer *dav.Answer, now *shelf, asked dav.Props, places []slot, most int,
	wants func(*vcard.Card) bool,
) (int, error) {
	whole := asked.Has(addressData)
	told := 0
	for len(places) > 0 {
		if err := answer.Failed(); err != nil {
			return told, err
		}
		some := places[:min(batch, len(places))]
		var cards map[string]vcard.Card
		if whole || wants != nil {
			sizes, err := d.s.sizes(d.r.Context(), d.v, some)
			if err != nil {
				return told, err
			}
			some = fitting(some, sizes)
			if cards, err = d.s.content(d.r.Context(), d.v, some, now.entries); err != nil {
				return told, err
			}
		}
		places = places[len(some):]
		for _, p := range some {
			props := ofCard(p)
			if c, read := cards[p.Name]; read {
				if wants != nil && !wants(&c) {
					continue
				}
				if whole {
					props = append(props, dav.Text(addressData, string(part(c, asked.Data))))
				}
			}
			if most > 0 && told >= most {
				answer.More(d.bookPath())
				return told, nil
			}
			told++
			answer.Add(d.bookPath()+dav.Escape(p.Name), asked, props)
		}
	}
	return told, nil
}

// fitting returns the first of some cards, as many as are read at once.
func fitting(places []slot, sizes map[string]int64) []slot {
	sum := int64(0)
	for i, p := range places {
		if sum += sizes[p.Name]; sum > batchBytes && i > 0 {
			return places[:i]
		}
	}
	return places
}

// part returns a card with the lines that are asked for, and those that every card must have.
func part(c vcard.Card, names []string) []byte {
	if len(names) > 0 {
		c.Lines = slices.DeleteFunc(slices.Clone(c.Lines), func(l vcard.Line) bool {
			return !l.Is("VERSION") && !slices.Contains(names, strings.ToUpper(l.Name))
		})
	}
	return c.Bytes()
}

// sync tells what changed since a token (RFC 6578).
func (d *device) sync(answer *dav.Answer, now *shelf, asked dav.Report) error {
	since, began := int64(0), now.Least
	if asked.Token != "" {
		var ok bool
		if since, began, ok = now.since(asked.Token); !ok {
			dav.Fail(d.w, http.StatusForbidden, dav.Name(dav.DAV, "valid-sync-token"), "")
			return errAnswered
		}
	}
	changed, err := d.s.names(d.r.Context(), d.v, since)
	if err != nil {
		return err
	}
	upTo := now.bookRow
	changed = slices.DeleteFunc(changed, func(c nameRow) bool {
		return c.Number > upTo.Number || c.Gone > 0 && asked.Token == ""
	})
	more := asked.Limit > 0 && len(changed) > asked.Limit
	if more {
		changed = changed[:asked.Limit]
		upTo.Number = changed[len(changed)-1].Number
	} else {
		began = anew
	}
	var there []slot
	for _, c := range changed {
		if p, ok := now.slots[c.Name]; ok && c.Gone == 0 {
			there = append(there, p)
		} else {
			answer.Gone(d.bookPath() + dav.Escape(c.Name))
		}
	}
	if _, err := d.add(answer, now, asked.Props, there, 0, nil); err != nil {
		return err
	}
	if more {
		answer.More(d.bookPath())
	}
	answer.Token(upTo.token(began))
	return nil
}

// few is multiget for a few cards: the rest of the book is not looked at. Some devices ask for one after each change.
func (d *device) few(answer *dav.Answer, asked dav.Report) error {
	var names []string
	for _, href := range asked.Hrefs {
		if path, ok := dav.Path(href); ok {
			if at, name := d.where(path); at == atCard {
				names = append(names, name)
			}
		}
	}
	var now shelf
	if err := d.s.db.Snapshot(d.r.Context(), func(ctx context.Context) error {
		var err error
		now, err = d.s.some(ctx, d.v, names)
		return err
	}); err != nil {
		return err
	}
	return d.multiget(answer, &now, asked)
}

// multiget tells of cards by their addresses (RFC 6352 §8.7).
func (d *device) multiget(answer *dav.Answer, now *shelf, asked dav.Report) error {
	var there []slot
	seen := map[string]bool{}
	for _, href := range asked.Hrefs {
		path, ok := dav.Path(href)
		at, name := nowhere, ""
		if ok {
			at, name = d.where(path)
		}
		p, known := now.slots[name]
		switch {
		case at != atCard || !known:
			answer.Gone(href)
		case !seen[name]:
			seen[name] = true
			there = append(there, p)
		}
	}
	_, err := d.add(answer, now, asked.Props, there, 0, nil)
	return err
}

// query tells of the cards that a filter wants (RFC 6352 §8.6).
func (d *device) query(answer *dav.Answer, now *shelf, asked dav.Report) error {
	wants := asked.Filter.Wants
	if asked.Filter.Empty() {
		wants = nil
	}
	_, err := d.add(answer, now, asked.Props, now.inOrder(), asked.Limit, wants)
	return err
}
