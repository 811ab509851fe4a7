package account

import (
	"net/http"
	"slices"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/page"
)

// LeavePage offers who leaves a space what they keep, before anything goes.
func (p Pages) LeavePage(w http.ResponseWriter, r *http.Request) error {
	v := page.From(r.Context()).Viewer
	proof, err := p.proof(r.Context(), v)
	if err != nil {
		return err
	}
	profile, err := p.Profile(r.Context(), v)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, leavePage(profile.SpaceName, proof))
}

// LeaveForm ends the reader's own membership, after their password.
func (p Pages) LeaveForm(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	page.StandsAt(r, "/spaces/leave")
	if proven, err := p.proven(r, v); err != nil {
		return err
	} else if !proven {
		return page.Done(w, r, "/spaces/leave", "")
	}
	if err := p.Leave(ctx, v); err != nil {
		return err
	}
	return page.Done(w, r, "/left", page.T(ctx, "You left the space."))
}

// RemovePage says to an owner what becomes of what a member keeps, before they remove them.
func (p Pages) RemovePage(w http.ResponseWriter, r *http.Request) error {
	list, err := p.Members(r.Context(), page.From(r.Context()).Viewer)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(list, func(m MemberInfo) bool { return m.ID.String() == r.PathValue("member") })
	if at < 0 {
		return fault.New(fault.NotFound, "There is no such member.")
	}
	return page.Render(w, r, http.StatusOK, removePage(list[at]))
}

// LeftPage shows who is signed in what they kept in spaces where they are no member any more.
func (p Pages) LeftPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.leaver(r.Context(), cookie(r, SessionCookie))
	if fault.CodeOf(err) == fault.Unauthenticated {
		return page.Done(w, r, "/signin?next=/left", "")
	}
	if err != nil {
		return err
	}
	list, err := p.leftBy(r.Context(), v.Account)
	if err != nil {
		return err
	}
	proof, err := p.proof(r.Context(), v)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, leftPage(list, proof))
}

// LeftForm gives who left a ticket for what they kept, after their password.
func (p Pages) LeftForm(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page.StandsAt(r, "/left")
	v, err := p.leaver(ctx, cookie(r, SessionCookie))
	if err != nil {
		return err
	}
	if proven, err := p.proven(r, v); err != nil {
		return err
	} else if !proven {
		return page.Done(w, r, "/left", "")
	}
	list, err := p.leftBy(ctx, v.Account)
	if err != nil {
		return err
	}
	for _, one := range list {
		if one.Member.String() == r.FormValue("member") {
			ticket, err := p.giveTicket(ctx, one.Member)
			if err != nil {
				return err
			}
			return page.Done(w, r, "/left/"+ticket, "")
		}
	}
	return fault.New(fault.NotFound, "There is nothing to fetch there any more.")
}

// LeftFile streams what somebody kept who is a member no more.
func (p Pages) LeftFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := p.leaver(ctx, cookie(r, SessionCookie))
	if err != nil {
		return err
	}
	list, err := p.leftBy(ctx, v.Account)
	if err != nil {
		return err
	}
	var of id.ID
	for _, one := range list {
		given, err := p.takeTicket(ctx, r.PathValue("ticket"), one.Member)
		if err != nil {
			return err
		}
		if given {
			of = one.Member
			break
		}
	}
	if of.IsZero() {
		return page.Done(w, r, "/left", page.T(ctx, "Give your password again: the file was fetched before, or it "+
			"waited too long."))
	}
	was, err := p.gone(ctx, of)
	if err != nil {
		return err
	}
	out := &page.Download{
		To: w, Name: "gave-" + was.Now.In(was.Zone).Format(time.DateOnly) + ".json", Media: "application/json",
	}
	return out.End(p.exportOwn(ctx, was, out))
}
