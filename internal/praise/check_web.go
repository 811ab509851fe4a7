package praise

import (
	"net/http"

	"gave.network/internal/fault"
	"gave.network/internal/page"
)

// checkView is what the page of the boast check shows.
type checkView struct {
	Draft   string
	Problem string
	Checked bool
	Out     CheckOutput
	About   AboutOutput
}

// CheckPage asks for a draft.
func CheckPage(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, http.StatusOK, checkPage(checkView{About: About()}))
}

// CheckForm judges a draft. Nothing of it is stored.
func CheckForm(w http.ResponseWriter, r *http.Request) error {
	shown := checkView{Draft: r.FormValue("text"), About: About()}
	p := page.From(r.Context()).Printer
	var err error
	if shown.Out, err = Check(p, shown.Draft, ""); err != nil {
		if code := fault.CodeOf(err); code != fault.Invalid && code != fault.TooLarge {
			return err
		}
		shown.Problem = p.Fault(err)
	}
	shown.Checked = err == nil
	return page.Render(w, r, http.StatusOK, checkPage(shown))
}
