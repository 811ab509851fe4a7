package intake

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/scope"
)

// pages adds the pages of imports.
func (s *Service) pages(m *page.Mux) {
	p := Pages{s}
	m.Handle("GET /import", op.Member, p.ImportPage)
	m.HandleUpload("POST /import", op.Member, s.MostUpload, p.UploadForm)
	m.HandleLong("POST /import/calendar", op.Member, p.CalendarForm)
	m.Handle("GET /import/{import}", op.Member, p.ReportPage)
	m.HandleLong("POST /import/{import}", op.Member, p.ReportForm)
}

// Pages are the pages of imports.
type Pages struct{ *Service }

const (
	// MostUpload is the most that one upload may bring unless somebody sets it, in bytes: twenty years of mail.
	MostUpload = 20 << 30
	// maxUploadFiles is how many files one upload may bring.
	maxUploadFiles = 200
)

// ImportPage offers to bring files in, and lists what was brought in before.
func (p Pages) ImportPage(w http.ResponseWriter, r *http.Request) error {
	v := page.From(r.Context()).Viewer
	list, err := p.List(r.Context(), v)
	if err != nil {
		return err
	}
	calendars, err := p.Calendars(r.Context(), v)
	if err != nil {
		return err
	}
	line, err := p.line(r.Context(), v)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, importPage(list, calendars, line))
}

// CalendarForm has a calendar read from its address, again, or no more.
func (p Pages) CalendarForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	if r.FormValue("do") == "" {
		in, err := page.Input[CalendarInput](r, "calendar.add")
		if err != nil {
			return err
		}
		importID, err := p.AddCalendar(ctx, request.Viewer, in.Address)
		return p.reading(w, r, importID, err)
	}
	key, err := id.Parse(r.FormValue("calendar"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such calendar.")
	}
	switch r.FormValue("do") {
	case "read":
		importID, err := p.AgainCalendar(ctx, request.Viewer, key)
		return p.reading(w, r, importID, err)
	case "remove":
		if err := p.EndCalendar(ctx, request.Viewer, key); err != nil {
			return err
		}
		return page.Done(w, r, "/import", request.Printer.T("This calendar is read no more."))
	}
	return fault.New(fault.NotFound, "There is no such page.")
}

// reading lets an import begin, and shows it.
func (p Pages) reading(w http.ResponseWriter, r *http.Request, importID id.ID, err error) error {
	if err != nil {
		return err
	}
	p.Wake()
	return page.Done(w, r, "/import/"+importID.String(), "")
}

// UploadForm takes files in, streaming them to disk, and shows what importing them would do.
func (p Pages) UploadForm(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	reader, err := r.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "No files came along.").WithField("files").
			WithHint("Choose one or more files and send them.")
	}
	key := id.New()
	folder := filepath.Join(p.uploads, key.String())
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The data directory %s cannot be made.", p.uploads)
	}
	options, files, err := receive(reader.NextPart, folder)
	if err == nil && files == 0 {
		err = fault.New(fault.Invalid, "No files came along.").WithField("files").
			WithHint("Choose one or more files and send them.")
	}
	if err != nil {
		os.RemoveAll(folder)
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return fault.New(fault.TooLarge, "That is more than 20 GB at once.").
				WithHint("Import it on this machine with gave import.")
		}
		return err
	}
	importID, err := p.Upload(r.Context(), request.Viewer, folder, options)
	if err != nil {
		os.RemoveAll(folder)
		return err
	}
	return page.Done(w, r, "/import/"+importID.String(), "")
}

// part is what receive needs of a part of a form.
type part interface {
	io.Reader
	FormName() string
	FileName() string
}

// receive reads the parts of a form: files to the folder, fields into options.
func receive[P part](next func() (P, error), folder string) (Options, int, error) {
	var o Options
	files := 0
	for fields := 0; ; fields++ {
		if fields > 5*maxUploadFiles { // fields are held in memory
			return o, files, fault.New(fault.TooLarge, "These are too many files at once.").
				WithHint("Put them in one zip.")
		}
		one, err := next()
		if errors.Is(err, io.EOF) {
			return o, files, nil
		}
		if err != nil {
			return o, files, err
		}
		if one.FileName() == "" {
			value, err := io.ReadAll(io.LimitReader(one, 64<<10))
			if err != nil {
				return o, files, err
			}
			switch one.FormName() {
			case "me":
				o.Me = append(o.Me, strings.FieldsFunc(string(value), func(r rune) bool {
					return strings.ContainsRune(" ,;\n\r\t", r)
				})...)
			case "share":
				o.Visibility = scope.Space
			}
			continue
		}
		if files++; files > maxUploadFiles {
			return o, files, fault.New(fault.TooLarge, "These are too many files at once.").
				WithHint("Put them in one zip.")
		}
		if err := save(one, filepath.Join(folder, safeName(one.FileName()))); err != nil {
			return o, files, err
		}
	}
}

// safeName is the last part of a name, without anything that could lead elsewhere.
func safeName(name string) string {
	name = filepath.Base(strings.ReplaceAll(name, "\\", "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, strings.TrimLeft(name, "."))
	if name == "" || name == "/" {
		name = "file"
	}
	return clip(name, 120)
}

func save(from io.Reader, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		ext := filepath.Ext(path)
		f, err = os.OpenFile(strings.TrimSuffix(path, ext)+" "+id.New().String()[:8]+ext,
			os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The upload cannot be kept.").
			WithHint("Check that the disk has room.")
	}
	_, err = io.Copy(f, from)
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

// ReportPage shows an import: what it would do before it is begun, how far it is, and what became of it.
func (p Pages) ReportPage(w http.ResponseWriter, r *http.Request) error {
	v := page.From(r.Context()).Viewer
	key, err := id.Parse(r.PathValue("import"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such import.")
	}
	report, err := p.Report(r.Context(), v, key)
	if err != nil {
		return err
	}
	if report.State == Waiting {
		if options, folder, err := p.pending(r.Context(), v, key); err == nil && folder != "" {
			previewed, err := p.Preview(r.Context(), v, []string{folder}, options)
			if err != nil {
				return err
			}
			for i := range previewed.Files {
				f := &previewed.Files[i]
				f.Message = strings.ReplaceAll(f.Message, folder+string(filepath.Separator), "")
			}
			previewed.ID = report.ID
			report = previewed
		}
	}
	for i := range report.Files {
		report.Files[i].Path = filepath.Base(report.Files[i].Path)
	}
	if page.Fragment(r) != "" {
		return page.Render(w, r, http.StatusOK, reportPart(report))
	}
	if report.State == Running && r.URL.Query().Get("wait") == "" {
		w.Header().Set("Refresh", "3") // for those without scripts
	}
	return page.Render(w, r, http.StatusOK, reportPage(report))
}

// ReportForm begins an import that was previewed, throws it away, or takes a finished one back.
func (p Pages) ReportForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	key, err := id.Parse(r.PathValue("import"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such import.")
	}
	switch r.FormValue("do") {
	case "start":
		if err := p.Start(ctx, request.Viewer, key); err != nil {
			return err
		}
		p.Wake()
		return page.Done(w, r, "/import/"+key.String(), "")
	case "drop":
		if err := p.Drop(ctx, request.Viewer, key); err != nil {
			return err
		}
		return page.Done(w, r, "/import", request.Printer.T("Nothing was imported."))
	case "undo":
		if err := p.Undo(ctx, request.Viewer, key); err != nil {
			return err
		}
		return page.Done(w, r, "/import", request.Printer.T("The import is taken back."))
	}
	return fault.New(fault.NotFound, "There is no such page.")
}
