package peopleweb

import (
	"context"
	"fmt"

	"gave.network/internal/op"
	"gave.network/internal/people"
)

// WayIn says who of an organisation lets the viewer in, a line each: which part of the page, who, how many times the
// name is there, and who can introduce.
func WayIn(ctx context.Context, s *people.Store, v op.Viewer, organisation string) ([]string, error) {
	o, err := s.Organisation(ctx, v, organisation)
	if err != nil {
		return nil, err
	}
	shown, err := pages{Store: s}.wayIn(ctx, v, o)
	out := []string{fmt.Sprintf("%d people, %d drawn", shown.People, len(shown.around.Dots))}
	for i, list := range [][]inside{shown.ties, shown.others, shown.former} {
		for _, m := range list {
			line := fmt.Sprintf("%s %s %d", []string{"tie", "other", "former"}[i], m.Name, m.times)
			if m.through.Name != "" {
				line += " through " + m.through.Name
			}
			out = append(out, line)
		}
	}
	return out, err
}
