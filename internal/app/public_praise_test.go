package app_test

import (
	"context"
	"strings"
	"testing"

	"gave.network/internal/db/dbtest"
	"gave.network/internal/op"
)

// The page of a member leads their colleagues to what everybody may see of the praise they got, and to nothing before
// they let everybody see it, or of what they took away again.
func TestPublicPraiseIsFound(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		s := newAssociation(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		carla := s.join("Carla Cohen", "carla@club.example", op.Member)
		leads := func(want bool) {
			t.Helper()
			panel, err := s.Praise.Panel(context.Background(), carla, bea.Person)
			var b strings.Builder
			if err == nil && panel != nil {
				err = panel.Render(context.Background(), &b)
			}
			if err != nil || strings.Contains(b.String(), `href="/praised/`+bea.Member.String()+`"`) != want ||
				strings.Contains(b.String(), "map") {
				t.Errorf("want %v, %v: %s", want, err, b.String())
			}
		}
		s.must(s.owner, "praise.write", map[string]string{
			"person": "bea@club.example", "text": "Her map brought us home.", "consent": "publish",
		})
		leads(false)
		list, _, err := s.Praise.List(context.Background(), bea)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		for _, audience := range []string{"publish", "private"} {
			s.must(bea, "praise.publish", map[string]string{"praise": list[0].ID.String(), "audience": audience})
			leads(audience == "publish")
		}
	})
}
