package give

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// harmless are the types that a file may be said to be. All others, and above all those that can hold a script (HTML,
// SVG, XML), are bytes and nothing else.
var harmless = []string{
	"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "audio/mpeg", "audio/wave", "video/mp4",
	"video/webm", "application/zip", "application/x-gzip", "text/plain; charset=utf-8",
}

// mediaOf says what a file is by its first bytes, never by its name.
func mediaOf(head []byte) string {
	if bytes.HasPrefix(bytes.TrimSpace(head), []byte("<")) {
		return "application/octet-stream" // SVG and other XML pass for plain text
	}
	if media := http.DetectContentType(head); slices.Contains(harmless, media) {
		return media
	}
	return "application/octet-stream"
}

// CommonsPage lists what the viewer shares, with a form to share more.
func (s *Service) CommonsPage(w http.ResponseWriter, r *http.Request) error {
	out, err := s.listResources(r.Context(), page.From(r.Context()).Viewer, op.None{})
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, commonsPage(out))
}

// MostUpload is the most that a shared file may bring with its form, in bytes.
const MostUpload = MostFile + 1<<20

// ShareForm takes in a text, a link or a file. A file goes to the disk as it comes.
func (s *Service) ShareForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	parts, err := r.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "Give a text, a link or a file.")
	}
	var resource Resource
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return tooLarge(err)
		}
		if part.FormName() == "file" {
			if part.FileName() == "" {
				continue
			}
			if err := s.Receive(part.FileName(), part, &resource); err != nil {
				return tooLarge(err)
			}
			continue
		}
		value, err := io.ReadAll(io.LimitReader(part, longestResource+1))
		if err != nil {
			return tooLarge(err)
		}
		page.Typed(r, part.FormName(), string(value))
		switch text := string(value); part.FormName() {
		case "title":
			resource.Title = text
		case "text":
			resource.Text = text
		case "link":
			resource.Link = text
		case "licence":
			resource.Licence = text
		case "tags":
			resource.Tags = strings.Split(text, ",")
		case "public":
			resource.Public = text != ""
		}
	}
	if strings.TrimSpace(resource.Title) == "" {
		resource.Title = resource.File
	}
	if _, err := s.Share(ctx, request.Viewer, resource); err != nil {
		return err
	}
	return page.Done(w, r, "/commons", request.Printer.T("Shared."))
}

func tooLarge(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fault.New(fault.TooLarge, "The file is larger than %d MB.", MostFile>>20).
			WithHint("Put it elsewhere and share the link.")
	}
	return err
}

// UnshareForm takes something back.
func (s *Service) UnshareForm(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	key, err := id.Parse(r.FormValue("resource"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such thing that you share.")
	}
	if err := s.Unshare(r.Context(), request.Viewer, key); err != nil {
		return err
	}
	return page.Done(w, r, "/commons", request.Printer.T("Taken back."))
}

// ForgetForm forgets a gift or a return that was noted by mistake.
func (s *Service) ForgetForm(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	key, err := id.Parse(r.FormValue("gift"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such gift of yours.")
	}
	if err := s.Remove(r.Context(), request.Viewer, key); err != nil {
		return err
	}
	return page.Done(w, r, page.Back(r, "/give"), request.Printer.T("Forgotten."))
}

// SharedPage shows to everybody what a member shares; with q, what fits these words.
func (s *Service) SharedPage(w http.ResponseWriter, r *http.Request) error {
	member, err := id.Parse(r.PathValue("member"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such page.")
	}
	name, list, err := s.PublicResources(r.Context(), member)
	if err != nil {
		return err
	}
	query := strings.TrimSpace(r.FormValue("q"))
	return page.Render(w, r, http.StatusOK, sharedPage(name, query, found(list, query), member.String()))
}

// ResourcePage shows to everybody one thing that is shared.
func (s *Service) ResourcePage(w http.ResponseWriter, r *http.Request) error {
	resource, err := s.pathResource(r)
	if err != nil {
		return err
	}
	body, err := resource.rendered()
	if err != nil {
		return err
	}
	described, err := resource.described()
	if err != nil {
		return err
	}
	s.countLook(r.Context(), page.From(r.Context()).Viewer, resource.ID)
	return page.Render(w, r, http.StatusOK, resourcePage(resource, body, described))
}

func (s *Service) pathResource(r *http.Request) (Resource, error) {
	key, err := id.Parse(r.PathValue("resource"))
	if err != nil {
		return Resource{}, fault.New(fault.NotFound, "There is no such page.")
	}
	return s.PublicResource(r.Context(), key)
}

// ResourceFile serves a shared file so that nothing in it can run in our origin: as a download, of a harmless type or
// of none, in a sandbox.
func (s *Service) ResourceFile(w http.ResponseWriter, r *http.Request) error {
	resource, err := s.pathResource(r)
	if err != nil {
		return err
	}
	if resource.digest == "" {
		return fault.New(fault.NotFound, "There is no such page.")
	}
	file, err := os.Open(s.path(resource.digest))
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The file is not there.").WithHint("Ask who shares it.")
	}
	defer file.Close()
	if r.Header.Get("Range") == "" {
		if err := s.countDownload(r.Context(), resource.ID, page.From(r.Context()).Viewer.Now); err != nil {
			return err
		}
	}
	h := w.Header()
	h.Set("Content-Type", resource.Media)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": resource.File}))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("ETag", `"`+resource.digest+`"`)
	http.ServeContent(w, r, "", resource.Updated, file)
	return nil
}

// SharedFeed is what a member shares, for feed readers (Atom, RFC 4287).
func (s *Service) SharedFeed(w http.ResponseWriter, r *http.Request) error {
	member, err := id.Parse(r.PathValue("member"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such page.")
	}
	name, list, err := s.PublicResources(r.Context(), member)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	return feedOf(w, page.Base(r), page.From(r.Context()).Printer.T("What %s shares", name), name,
		member.String(), list)
}

func feedOf(w io.Writer, base, title, name, member string, list []Resource) error {
	type link struct {
		Href string `xml:"href,attr"`
		Rel  string `xml:"rel,attr,omitempty"`
	}
	type entry struct {
		ID      string `xml:"id"`
		Title   string `xml:"title"`
		Updated string `xml:"updated"`
		Rights  string `xml:"rights"`
		Link    link   `xml:"link"`
		Summary string `xml:"summary"`
	}
	type feed struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string   `xml:"id"`
		Title   string   `xml:"title"`
		Updated string   `xml:"updated"`
		Author  struct {
			Name string `xml:"name"`
		} `xml:"author"`
		Link    []link  `xml:"link"`
		Entries []entry `xml:"entry"`
	}
	out := feed{ID: "urn:uuid:" + member, Title: title, Link: []link{
		{base + "/shared/" + member, ""}, {base + "/shared/" + member + "/feed.atom", "self"},
	}}
	out.Author.Name = name
	latest := time.Time{}
	for _, r := range list {
		if r.Updated.After(latest) {
			latest = r.Updated
		}
		out.Entries = append(out.Entries, entry{
			ID: "urn:uuid:" + r.ID.String(), Title: r.Title, Updated: r.Updated.Format(time.RFC3339), Rights: r.Licence,
			Link: link{base + "/commons/" + r.ID.String(), ""}, Summary: summary(r.Text),
		})
	}
	out.Updated = latest.Format(time.RFC3339)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	return xml.NewEncoder(w).Encode(out)
}

// summary is the beginning of a text.
func summary(text string) string {
	words := strings.Fields(text)
	if len(words) > 40 {
		return strings.Join(words[:40], " ") + "…"
	}
	return strings.Join(words, " ")
}

// described says a resource in the vocabulary of schema.org.
func (r Resource) described() (string, error) {
	out := map[string]any{
		"@context": "https://schema.org", "@type": "CreativeWork", "name": r.Title, "license": r.Licence,
		"dateModified": r.Updated.Format(time.DateOnly), "isAccessibleForFree": true,
	}
	if r.Language != "" {
		out["inLanguage"] = r.Language
	}
	if len(r.Tags) > 0 {
		out["keywords"] = r.Tags
	}
	if r.Link != "" {
		out["url"] = r.Link
	}
	text, err := json.Marshal(out) // escapes <, > and &
	return string(text), err
}
