package horizon

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"gave.network/graph"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// Everybody of a small network is in the picture, within its edges, and the picture is the same each time.
func TestPicture(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := NewService(d, people.NewStore(d))
		var others []id.ID
		for i := range 12 {
			p := peopletest.Person(t, d, v, fmt.Sprint("Person ", i))
			others = append(others, p.ID)
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -i-1), v.Person, p.ID))
			if i > 0 && i < 11 {
				peopletest.Record(t, d, v,
					peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -i-1), others[i-1], p.ID))
			}
		}
		first, err := s.draw(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		if len(first.Dots) != 13 || len(first.Lines) != 22 || first.All != 13 {
			t.Errorf("%d people and %d ties drawn of %d", len(first.Dots), len(first.Lines), first.All)
		}
		for _, p := range first.Dots {
			if p.X < 0 || p.X > pictureWidth || p.Y < 0 || p.Y > pictureHeight {
				t.Errorf("%s lies outside: %d, %d", p.Ref.Name, p.X, p.Y)
			}
			if p.Bridge != (p.Ref.ID == others[11]) {
				t.Errorf("%s: bridge %v", p.Ref.Name, p.Bridge)
			}
		}
		again, err := s.draw(ctx, v)
		if err != nil || !slices.Equal(again.Dots, first.Dots) {
			t.Errorf("the picture is another one: %v", err)
		}
	})
}

// Of a large network the viewer and all strong ties are drawn.
func TestNearest(t *testing.T) {
	const n = 10_000
	edges := make([]graph.Edge, 0, 3*n)
	for i := uint32(1); i < n; i++ {
		edges = append(edges, graph.Edge{From: i, To: i / 2, Weight: 0.5})
		if i%10 == 0 {
			edges = append(edges, graph.Edge{From: 0, To: i, Weight: float64(i) / n})
		}
	}
	g, err := graph.FromEdges(n, edges, graph.BuildOptions{Weighted: true})
	if err != nil {
		t.Fatal(err)
	}
	shown := nearest(g, 0)
	if len(shown) > mostDrawn || !slices.Contains(shown, 0) || !slices.Contains(shown, 9990) {
		t.Errorf("%d shown", len(shown))
	}
}
