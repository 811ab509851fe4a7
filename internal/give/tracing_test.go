package give

import (
	"context"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// A gift to Anna, who often meets Bram, who brings a job a year later: the trace goes from Anna to Bram. What the
// viewer says of it overrides, can be taken back, and belongs to the viewer alone.
func TestTraceAndConfirm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space := peopletest.Space(t, d)
		v := peopletest.Viewer(t, d, space, "Me", op.Owner)
		anna, bram, carla := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "Bram Beer"),
			peopletest.Person(t, d, v, "Carla Cobra")
		for i := range 30 {
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -20*i), anna.ID, bram.ID))
		}
		s := NewService(d, people.NewStore(d), t.TempDir())
		log := func(direction Direction, body string, daysAgo int, who people.Person) GiftInput {
			out, err := s.log(ctx, v,
				LogInput{Body: body, To: []string{who.ID.String()}, Kind: "other", At: v.Now.AddDate(0, 0, -daysAgo)},
				direction)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		gift, other := log(Given, "advice", 400, anna), log(Given, "a book", 390, carla)
		late := log(Given, "too late", 5, bram)
		came := log(CameIn, "a job", 40, bram)
		out, err := s.trace(ctx, v, ReturnInput{Return: came.Gift, Limit: 5})
		if err != nil || len(out.Gifts) != 1 || out.Gifts[0].Gift != gift.Gift || len(out.Gifts[0].Path) != 2 ||
			out.Gifts[0].Path[0].ID != anna.ID || out.Gifts[0].Days != 360 {
			t.Fatalf("%+v, %v: want the advice over Anna and Bram", out, err)
		}
		if sum := out.Gifts[0].Share + out.Unexplained; !(sum >= 0.999) || !(sum <= 1.001) || out.Confirmed {
			t.Errorf("%+v", out)
		}
		if out, err = s.confirm(ctx, v, ConfirmInput{Return: came.Gift, Gift: other.Gift}); err != nil ||
			!out.Confirmed || len(out.Gifts) != 1 || out.Gifts[0].Gift != other.Gift || out.Unexplained != 0 {
			t.Errorf("confirmed: %+v, %v", out, err)
		}
		if out, err = s.confirm(ctx, v, ConfirmInput{Return: came.Gift}); err != nil || len(out.Gifts) != 0 ||
			out.Unexplained != 1 {
			t.Errorf("nothing I gave: %+v, %v", out, err)
		}
		if out, err = s.confirm(ctx, v, ConfirmInput{Return: came.Gift, Undo: true}); err != nil || out.Confirmed ||
			len(out.Gifts) != 1 {
			t.Errorf("taken back: %+v, %v", out, err)
		}
		if _, err = s.confirm(ctx, v,
			ConfirmInput{Return: came.Gift, Gift: late.Gift}); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a gift after the return: %v", err)
		}
		stranger := peopletest.Viewer(t, d, space, "Stranger", op.Member)
		for name, try := range map[string]func() error{
			"trace": func() error {
				_, err := s.trace(ctx, stranger, ReturnInput{Return: came.Gift, Limit: 5})
				return err
			},
			"confirm": func() error { _, err := s.confirm(ctx, stranger, ConfirmInput{Return: came.Gift}); return err },
		} {
			if err := try(); fault.CodeOf(err) != fault.NotFound {
				t.Errorf("%s by another member: %v", name, err)
			}
		}
		if chance, err := s.chance(ctx, v, op.None{}); err != nil || chance.Enough || chance.Sentence == "" {
			t.Errorf("%+v, %v: want too little to tell", chance, err)
		}
	})
}
