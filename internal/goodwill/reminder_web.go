package goodwill

import (
	"net/http"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/page"
)

// RemindForm notes of what to be reminded about somebody, and when.
func (s *Service) RemindForm(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	in, err := page.Input[RemindInput](r, "reminders.add")
	if err != nil {
		return err
	}
	p, err := s.network.Resolve(r.Context(), request.Viewer, in.Person)
	if err != nil {
		return fault.About(err, "person")
	}
	back := "/people/" + p.ID.String()
	page.StandsAt(r, back)
	reminder, err := s.Remind(r.Context(), request.Viewer, p, in.Body, in.Day)
	if err != nil {
		return err
	}
	return page.DoneFor(w, r, back,
		request.Printer.T("You are reminded on %s.", request.Printer.Date(reminder.on(request.Printer.Zone))),
		page.Undo{
			Address: "/goodwill/reminder",
			Fields:  []string{"reminder", reminder.ID.String(), "do", "remove", "back", back},
		})
}

// ReminderForm says of a reminder that it is done, or open after all, or takes it away.
func (s *Service) ReminderForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	key, err := id.Parse(r.FormValue("reminder"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such reminder.")
	}
	back := page.Local(r.FormValue("back"))
	switch r.FormValue("do") {
	case "done":
		if err := s.Reminded(ctx, request.Viewer, key, false); err != nil {
			return err
		}
		return page.DoneFor(w, r, back, request.Printer.T("Well done."), page.Undo{
			Address: "/goodwill/reminder", Fields: []string{"reminder", key.String(), "do", "open", "back", back},
		})
	case "open":
		if err := s.Reminded(ctx, request.Viewer, key, true); err != nil {
			return err
		}
		return page.Done(w, r, back, request.Printer.T("It is open again."))
	case "remove":
		if err := s.Unremind(ctx, request.Viewer, key); err != nil {
			return err
		}
		return page.Done(w, r, back, request.Printer.T("The reminder is gone."))
	}
	return fault.New(fault.NotFound, "There is no such page.")
}
