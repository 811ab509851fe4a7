package peopleweb

import (
	"errors"
	"io"
	"net/http"

	"gave.network/internal/fault"
	"gave.network/internal/page"
	"gave.network/internal/people/photo"
)

// photo gives the photo of a person. The browser of the viewer keeps it for an hour, for that session alone; another
// photo has another address.
func (p pages) photo(w http.ResponseWriter, r *http.Request) error {
	person, err := p.asked(r)
	if err != nil {
		return err
	}
	image, err := p.Photo(r.Context(), page.From(r.Context()).Viewer, person.ID)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", "private, max-age=3600")
	w.Header().Add("Vary", "Cookie")
	_, err = w.Write(image)
	return err
}

// photographed takes the photo of a person in.
func (p pages) photographed(w http.ResponseWriter, r *http.Request) error {
	person, err := p.asked(r)
	if err != nil {
		return err
	}
	ctx, request, back := r.Context(), page.From(r.Context()), "/people/"+person.ID.String()
	page.StandsAt(r, back)
	reader, err := r.MultipartReader()
	if err != nil {
		return noPhoto()
	}
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return noPhoto()
		}
		if err != nil {
			return tooLarge(err)
		}
		if part.FormName() != "photo" {
			continue
		}
		taken, err := io.ReadAll(io.LimitReader(part, photo.MostBytes+1))
		switch {
		case err != nil:
			return tooLarge(err)
		case len(taken) == 0:
			return noPhoto()
		}
		if err := p.KeepPhoto(ctx, request.Viewer, person, taken); err != nil {
			return err
		}
		return page.Done(w, r, back, request.Printer.T("Stored."))
	}
}

func noPhoto() error {
	return fault.New(fault.Invalid, "Choose a photo first.").WithField("photo")
}

// tooLarge says of an upload that is more than may come that it is too large a photo.
func tooLarge(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fault.New(fault.TooLarge, "This photo is larger than %d MB.", photo.MostBytes>>20).WithField("photo")
	}
	return fault.Wrap(err, fault.Invalid, "The form did not come across whole.").WithHint("Send it again.")
}
