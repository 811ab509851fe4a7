package account

import (
	"context"
	"io"
	"net/http"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// Export writes all that the viewer keeps as JSON.
type Export func(ctx context.Context, v op.Viewer, w io.Writer) error

// Exports says how an export is made.
func (s *Service) Exports(export Export) { s.export = export }

// ExportsOwn says how an export is made of what who is a member no more kept: their own alone, of nobody else a thing
// that is not public.
func (s *Service) ExportsOwn(export Export) { s.exportOwn = export }

// ticketLife is how long a confirmed export waits for the browser that fetches it.
const ticketLife = time.Minute

// giveTicket returns the secret with which a member fetches an export that was confirmed, at any node.
func (s *Service) giveTicket(ctx context.Context, member id.ID) (string, error) {
	secret, now := newSecret(), s.Now()
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `delete from export_ticket where expires < $1`, now.UnixMicro()); err != nil {
			return db.Fault(err)
		}
		_, err := db.Insert(ctx, tx, "export_ticket", db.Row{
			"token": id.Digest(secret), "member": member, "expires": now.Add(ticketLife).UnixMicro(),
		}, "")
		return err
	})
	return secret, err
}

// takeTicket uses a ticket; each works once, and for the member who was given it.
func (s *Service) takeTicket(ctx context.Context, secret string, member id.ID) (bool, error) {
	n, err := db.Exec(ctx, s.db, `delete from export_ticket where token = $1 and member = $2 and expires >= $3`,
		id.Digest(secret), member, s.Now().UnixMicro())
	return n == 1, err
}

// Confirm checks the password of the viewer again, before something that nobody may do in their place at a screen that
// was left open.
func (s *Service) Confirm(ctx context.Context, v op.Viewer, password string) error {
	hash, err := db.Value[string](ctx, s.db, `select password from account where id = $1`, v.Account)
	if err != nil {
		return err
	}
	counted := passwordBucket(v.Account)
	right, err := checkPassword(ctx, hash, password, true, func() error { return s.take(ctx, counted) })
	if err != nil {
		return err
	}
	if !right {
		return fault.New(fault.Invalid, "The password is wrong.").WithField("password")
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.giveBack(ctx, tx, []bucket{counted}) })
}

// ExportPage says what an export holds, and asks for the password unless it was given just now.
func (p Pages) ExportPage(w http.ResponseWriter, r *http.Request) error {
	proof, err := p.proof(r.Context(), page.From(r.Context()).Viewer)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, exportPage(proof))
}

// proven says whether a form comes from who the viewer is: by the password that it brings, or because they signed in
// just now.
func (p Pages) proven(r *http.Request, v op.Viewer) (bool, error) {
	if r.PostForm.Has("password") {
		return true, p.Confirm(r.Context(), v, r.FormValue("password"))
	}
	return p.JustSignedIn(r.Context(), v)
}

// ExportForm checks the password, where it was not given just now, and sends the browser on to the file. A button
// without a field for it leads to the page that asks.
func (p Pages) ExportForm(w http.ResponseWriter, r *http.Request) error {
	v := page.From(r.Context()).Viewer
	if proven, err := p.proven(r, v); err != nil {
		return err
	} else if !proven {
		return page.Done(w, r, "/export", "")
	}
	ticket, err := p.giveTicket(r.Context(), v.Member)
	if err != nil {
		return err
	}
	return page.Done(w, r, "/export/"+ticket, "")
}

// ExportFile streams an export that was confirmed.
func (p Pages) ExportFile(w http.ResponseWriter, r *http.Request) error {
	v := page.From(r.Context()).Viewer
	given, err := p.takeTicket(r.Context(), r.PathValue("ticket"), v.Member)
	if err != nil {
		return err
	}
	if !given {
		return page.Done(w, r, "/export", page.T(r.Context(), "Give your password again: the file was fetched before, "+
			"or it waited too long."))
	}
	out := &page.Download{
		To: w, Name: "gave-" + v.Now.In(v.Zone).Format(time.DateOnly) + ".json", Media: "application/json",
	}
	return out.End(p.export(r.Context(), v, out))
}

// PrivacyPage says what is kept, where it goes, and how it is taken along or erased.
func (p Pages) PrivacyPage(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, http.StatusOK, privacyPage())
}
