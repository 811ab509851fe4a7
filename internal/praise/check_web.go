package praise

import (
	"io"
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

// postsView is what the page of posts shows.
type postsView struct {
	Text    string
	Problem string
	Checked bool
	Out     PostsOutput
}

// PostsPage asks for posts.
func PostsPage(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, http.StatusOK, postsPage(postsView{}))
}

// PostsForm says what posts give that were pasted or lie in a file. Nothing of it is stored.
func PostsForm(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseMultipartForm(MostShares); err != nil {
		return fault.Wrap(err, fault.TooLarge, "The file is larger than %d MB.", MostShares>>20)
	}
	shown := postsView{Text: r.FormValue("text")}
	text := shown.Text
	if file, _, err := r.FormFile("shares"); err == nil {
		defer file.Close()
		body, err := io.ReadAll(io.LimitReader(file, MostShares))
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "The file cannot be read.")
		}
		if len(body) > 0 {
			text = string(body)
		}
	}
	var err error
	if shown.Out, err = Posts(text); err != nil {
		if fault.CodeOf(err) != fault.Invalid {
			return err
		}
		shown.Problem = page.From(r.Context()).Printer.Fault(err)
	}
	shown.Checked = err == nil
	return page.Render(w, r, http.StatusOK, postsPage(shown))
}
