package goodwill

import (
	"context"

	"gave.network/internal/id"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/tact"
)

// reminderMoves brings up what the viewer wanted to be reminded of by now. What is delicate is not said: somebody may
// read along on a screen or in the morning mail, and it stands on the page of the person.
func (s *Service) reminderMoves(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	rows, err := s.reminderRows(ctx, v, nil, today(v), false)
	if err != nil {
		return nil, err
	}
	due, err := s.named(ctx, v, rows)
	if err != nil {
		return nil, err
	}
	p := v.Printer()
	var out []move.Move
	for _, r := range due {
		on := r.on(p.Zone)
		what := r.Person.Name + ": " + r.Body
		if tact.Any(r.Body) {
			what = p.T("Think of %s.", r.Person.Name)
		}
		out = append(out, move.Move{
			Key: "reminder:" + r.ID.String() + ":" + r.Person.ID.String(), Principle: "goodwill", Kind: "reminder",
			People: []move.Person{{ID: r.Person.ID, Name: r.Person.Name}}, What: what,
			Why: p.T("You wanted to be reminded %s.", p.Ago(on, v.Now)), Asked: true, Value: 1, EffortMinutes: 5,
			Evidence: []move.Evidence{{Text: p.T("asked for %s", p.Date(on)), Time: &on}},
			Effects:  []move.Effect{reminded(r.ID)},
		})
	}
	return out, nil
}

// reminded is the effect of having done what a reminder says.
func reminded(reminder id.ID) move.Effect {
	return move.Effect{
		Operation: "reminders.done", Input: map[string][]string{"reminder": {reminder.String()}},
		Undo: "reminders.done", UndoInput: map[string][]string{"reminder": {reminder.String()}, "open": {"true"}},
	}
}
