package give

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/yuin/goldmark"

	"gave.network/internal/fault"
	"gave.network/internal/id"
)

// Resource is something that anyone may take: a text, a link or a file.
type Resource struct {
	ID       id.ID     `json:"id"`
	Title    string    `json:"title"`
	Text     string    `json:"text,omitempty" doc:"Markdown"`
	Link     string    `json:"link,omitempty"`
	File     string    `json:"file,omitempty" doc:"name of the file"`
	Media    string    `json:"media,omitempty"`
	Bytes    int64     `json:"bytes,omitempty"`
	Licence  string    `json:"licence"`
	Language string    `json:"language,omitempty"`
	Tags     []string  `json:"tags"`
	Public   bool      `json:"public" doc:"on the public page, for everybody"`
	Created  time.Time `json:"created"`
	Updated  time.Time `json:"updated"`
	Taken    int64     `json:"taken" doc:"how often the file was taken; nothing is kept of who took it"`
	digest   string
}

// Licences that are offered; the first is the usual one.
var Licences = []string{"CC BY 4.0", "CC BY-SA 4.0", "CC0 1.0", "MIT", "all rights reserved"}

const (
	// MostFile is how large a shared file can be, in bytes.
	MostFile = 50 << 20

	longestResource = 200_000
	longestLine     = 200
	mostTags        = 20
	mostResources   = 1000
)

// check cleans a resource and says what is wrong with it.
func (r *Resource) check() error {
	r.Title = strings.Join(strings.Fields(r.Title), " ")
	r.Link, r.Text = strings.TrimSpace(r.Link), strings.TrimSpace(r.Text)
	for _, s := range append([]string{r.Title, r.Text, r.Link, r.File, r.Licence, r.Language}, r.Tags...) {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			return fault.New(fault.Invalid, "The text is not in UTF-8.")
		}
	}
	switch {
	case r.Title == "" || utf8.RuneCountInString(r.Title) > longestLine:
		return fault.New(fault.Invalid, "A title has 1 to %d characters.", longestLine).WithField("title")
	case len(r.Text) > longestResource:
		return fault.New(fault.TooLarge, "A text has at most %d characters.", longestResource).
			WithHint("Share it as a file.").WithField("text")
	case r.Text == "" && r.Link == "" && r.digest == "":
		return fault.New(fault.Invalid, "Give a text, a link or a file.").WithField("text")
	}
	if r.Link != "" {
		u, err := url.Parse(r.Link)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(r.Link) > 2000 {
			return fault.New(fault.Invalid, "A link begins with http:// or https://.").WithField("link")
		}
	}
	if r.Licence == "" {
		r.Licence = Licences[0]
	}
	if !slices.Contains(Licences, r.Licence) {
		return fault.New(fault.Invalid, "%q is not a licence that is offered.", r.Licence).
			WithHint(strings.Join(Licences, ", ")).WithField("licence")
	}
	if r.Language != "" && (len(r.Language) > 10 || strings.ContainsAny(r.Language, " <>\"")) {
		return fault.New(fault.Invalid, "A language is a code such as nl or en.").WithField("language")
	}
	var tags []string
	for _, t := range r.Tags {
		if t = strings.Join(strings.Fields(strings.ReplaceAll(t, ",", " ")), " "); t != "" && len(t) <= 60 &&
			!slices.Contains(tags, t) {
			tags = append(tags, t)
		}
	}
	if r.Tags = tags; len(tags) > mostTags {
		return fault.New(fault.Invalid, "At most %d tags.", mostTags).WithField("tags")
	}
	return nil
}

// cleanName keeps what is safe of the name of a file.
func cleanName(name string) string {
	name = filepath.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError || strings.ContainsRune(`"/\:*?<>|`, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	for len(name) > 150 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if name = strings.Trim(name, ". "); name == "" {
		return "file"
	}
	return name
}

// rendered is the text of a resource as HTML. Raw HTML in it is left out and links to scripts are emptied: the
// library's default.
func (r Resource) rendered() (string, error) {
	var out strings.Builder
	if err := goldmark.Convert([]byte(r.Text), &out); err != nil {
		return "", fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	return out.String(), nil
}
