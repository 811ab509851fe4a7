package give

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

func (s *Service) commons() []op.Operation {
	return []op.Operation{
		op.New("commons.list", http.MethodGet, "/commons", op.Member, "List what you share.", s.listResources).
			With("", "gave commons list"),
		op.New("commons.share", http.MethodPost, "/commons", op.Member,
			"Share a text or a link that anyone may take.", s.share).
			With("The text is Markdown. With --public it is on your public page, for everybody, without sign-up.",
				`gave commons share "A template for a communication plan" --link https://example.org/plan --public`).
			WithCare(),
		op.New("commons.upload", http.MethodPost, "/commons/files", op.Member,
			"Share a file that anyone may take.", s.upload).
			With("", `gave commons upload plan.pdf --title "A communication plan" --public`).Local().InParts(),
		op.New("commons.remove", http.MethodDelete, "/commons/{resource}", op.Member, "Take back what you share.",
			func(ctx context.Context, v op.Viewer, in ResourceInput) (op.None, error) {
				return op.None{}, s.Unshare(ctx, v, in.Resource)
			}).With("", "gave commons remove ID"),
		op.New("give.edit", http.MethodPatch, "/gifts/{gift}", op.Member, "Correct a gift or a return.", s.edit).
			With("", `gave give edit ID --body "tip on pricing" --minutes 5`),
	}
}

// ResourceInput names a resource.
type ResourceInput struct {
	Resource id.ID `json:"resource" arg:"1" doc:"id of what you share"`
}

// ShareInput is something to share.
type ShareInput struct {
	Title    string   `json:"title" arg:"1" doc:"what it is" maxLength:"1000"`
	Text     string   `json:"text,omitempty" doc:"Markdown"`
	Link     string   `json:"link,omitempty" doc:"where it is"`
	Licence  string   `json:"licence,omitempty" doc:"CC BY 4.0 when not given"`
	Language string   `json:"language,omitempty" doc:"its language, such as nl" maxLength:"10"`
	Tags     []string `json:"tags,omitempty" doc:"words to find it by" split:","`
	Public   bool     `json:"public,omitempty" doc:"put it on the public page"`
}

func (i ShareInput) resource() Resource {
	return Resource{
		Title: i.Title, Text: i.Text, Link: i.Link, Licence: i.Licence, Language: i.Language, Tags: i.Tags,
		Public: i.Public,
	}
}

// ShareOutput names what was shared.
type ShareOutput struct {
	Resource id.ID  `json:"resource"`
	Page     string `json:"page,omitempty" doc:"its public page"`
}

func (s *Service) share(ctx context.Context, v op.Viewer, in ShareInput) (ShareOutput, error) {
	return s.shared(ctx, v, in.resource())
}

func (s *Service) shared(ctx context.Context, v op.Viewer, r Resource) (ShareOutput, error) {
	key, err := s.Share(ctx, v, r)
	out := ShareOutput{Resource: key}
	if r.Public {
		out.Page = "/commons/" + key.String()
	}
	return out, err
}

// UploadInput is a file to share.
type UploadInput struct {
	Path     string   `json:"path" arg:"1" doc:"the file"`
	Title    string   `json:"title,omitempty" doc:"what it is; the name of the file when not given" maxLength:"1000"`
	Licence  string   `json:"licence,omitempty" doc:"CC BY 4.0 when not given"`
	Language string   `json:"language,omitempty" doc:"its language, such as nl" maxLength:"10"`
	Tags     []string `json:"tags,omitempty" doc:"words to find it by" split:","`
	Public   bool     `json:"public,omitempty" doc:"put it on the public page"`
}

func (s *Service) upload(ctx context.Context, v op.Viewer, in UploadInput) (ShareOutput, error) {
	file, err := os.Open(in.Path)
	if err != nil {
		return ShareOutput{}, fault.Wrap(err, fault.NotFound, "%s cannot be opened.", in.Path)
	}
	defer file.Close()
	r := Resource{Title: in.Title, Licence: in.Licence, Language: in.Language, Tags: in.Tags, Public: in.Public}
	if r.Title == "" {
		r.Title = filepath.Base(in.Path)
	}
	if err := s.Receive(filepath.Base(in.Path), file, &r); err != nil {
		return ShareOutput{}, err
	}
	return s.shared(ctx, v, r)
}

// ResourcesOutput lists what is shared.
type ResourcesOutput struct {
	Resources []Resource `json:"resources"`
	Page      string     `json:"page,omitempty" doc:"your public page, once something is on it"`
}

func (s *Service) listResources(ctx context.Context, v op.Viewer, _ op.None) (ResourcesOutput, error) {
	list, err := s.Resources(ctx, v)
	out := ResourcesOutput{Resources: list}
	for _, r := range list {
		if r.Public {
			out.Page = "/shared/" + v.Member.String()
		}
	}
	return out, err
}

// Text prints what is shared, one on a line.
func (o ResourcesOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, r := range o.Resources {
		where := p.T("private")
		if r.Public {
			where = p.T("public")
		}
		fmt.Fprintf(&b, "%s  %-8s %s  (%s)\n", r.ID, where, r.Title, r.Licence)
	}
	return b.String()
}
