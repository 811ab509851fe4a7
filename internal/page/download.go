package page

import (
	"mime"
	"net/http"
)

// Download is an answer that a browser keeps as a file. Its header goes out with the first bytes, so that a failure
// before them can still be said on a page.
type Download struct {
	To    http.ResponseWriter
	Name  string // of the file
	Media string // its media type
	Begun bool   // bytes went out
}

// Write sends a piece of the file.
func (d *Download) Write(text []byte) (int, error) {
	if !d.Begun {
		d.Begun = true
		h := d.To.Header()
		h.Set("Content-Type", d.Media)
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Name}))
		h.Set("Cache-Control", "no-store")
	}
	return d.To.Write(text)
}

// End ends a download: a failure before its first bytes is answered as any other, and half a file must not look like a
// whole one.
func (d *Download) End(err error) error {
	if err != nil && d.Begun {
		panic(http.ErrAbortHandler)
	}
	return err
}
