package news

import (
	"context"
	"net/http"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// Operations returns what can be done with feeds.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("news.add", http.MethodPost, "/news", op.Member, "Follow what a person publishes, by a feed.", s.add).
			With("The address of an RSS or Atom feed, such as that of a blog. It is read every four hours. Only you "+
				"see it; "+
				"what is new is a reason to be in touch, in Today.",
				`gave news add "Carla Jansen" https://carla.example/feed.xml`).InParts().Personal(),
		op.New("news.list", http.MethodGet, "/news", op.Member, "List what people published whom you follow.", s.list),
		op.New("news.remove", http.MethodDelete, "/news/{feed}", op.Member, "Follow a feed no more.",
			func(ctx context.Context, v op.Viewer, in FeedInput) (op.None, error) {
				return op.None{}, s.remove(ctx, v, in.Feed)
			}),
	}
}

// AddInput says whom to follow, and by which feed.
type AddInput struct {
	Person  string `json:"person" arg:"1" doc:"who publishes it" maxLength:"300" means:"person"`
	Address string `json:"address" arg:"2" doc:"the address of the feed" maxLength:"2000"`
}

// ListInput says of whom to list feeds.
type ListInput struct {
	Person string `json:"person,omitempty" doc:"only of this person" maxLength:"300" means:"person"`
}

// FeedInput names a feed.
type FeedInput struct {
	Feed id.ID `json:"feed" arg:"1" doc:"the id of the feed"`
}

// FeedsOutput lists feeds.
type FeedsOutput struct {
	Feeds []Feed `json:"feeds"`
}

func (s *Service) add(ctx context.Context, v op.Viewer, in AddInput) (FeedsOutput, error) {
	if _, err := s.Add(ctx, v, in.Person, in.Address); err != nil {
		return FeedsOutput{}, err
	}
	return s.list(ctx, v, ListInput{in.Person})
}

func (s *Service) list(ctx context.Context, v op.Viewer, in ListInput) (FeedsOutput, error) {
	person := id.Zero
	if in.Person != "" {
		p, err := s.network.Resolve(ctx, v, in.Person)
		if err != nil {
			return FeedsOutput{}, err
		}
		person = p.ID
	}
	list, err := s.List(ctx, v, person)
	if err != nil {
		return FeedsOutput{}, err
	}
	var keys []id.ID
	for _, f := range list {
		keys = append(keys, f.Person.ID)
	}
	known, err := s.network.Summaries(ctx, v, keys)
	for i := range list {
		for _, x := range known {
			if x.ID == list[i].Person.ID {
				list[i].Person.Name = x.Name
			}
		}
	}
	return FeedsOutput{list}, err
}

// Text prints the feeds, and the newest of each.
func (o FeedsOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, f := range o.Feeds {
		b.WriteString(f.ID.String() + "  " + f.Person.Name + "  " + f.Address + "\n")
		if f.Trouble != "" {
			b.WriteString("  " + f.Trouble + "\n")
		}
		for _, i := range f.Items[:min(5, len(f.Items))] {
			b.WriteString("  " + p.Date(i.At) + "  " + i.Title + "\n")
		}
	}
	if len(o.Feeds) == 0 {
		b.WriteString(p.T("You follow nobody yet.") + "\n")
	}
	return b.String()
}
