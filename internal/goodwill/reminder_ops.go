package goodwill

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// remindings are the operations on reminders.
func (s *Service) remindings() []op.Operation {
	return []op.Operation{
		op.New("reminders.add", http.MethodPost, "/reminders", op.Member,
			"Be reminded of something about a person.", s.addReminder).
			With("On its day it is among the moves of Today. Only you see it.",
				`gave reminders add "Dirk Visser" "ask after his thesis" "in 3 months"`),
		op.New("reminders.list", http.MethodGet, "/reminders", op.Member, "List your reminders.", s.listReminders),
		op.New("reminders.done", http.MethodPost, "/reminders/{reminder}/done", op.Member,
			"Say that a reminder is done, or is open after all.",
			func(ctx context.Context, v op.Viewer, in RemindedInput) (op.None, error) {
				return op.None{}, s.Reminded(ctx, v, in.Reminder, in.Open)
			}),
		op.New("reminders.remove", http.MethodDelete, "/reminders/{reminder}", op.Member, "Take a reminder away.",
			func(ctx context.Context, v op.Viewer, in ReminderInput) (op.None, error) {
				return op.None{}, s.Unremind(ctx, v, in.Reminder)
			}),
	}
}

// RemindInput says of what to be reminded, and when.
type RemindInput struct {
	Person string `json:"person" arg:"1" doc:"whom it is about" maxLength:"300" means:"person"`
	Body   string `json:"body" arg:"2" doc:"of what you want to be reminded" maxLength:"500"`
	Day    string `json:"day" arg:"3" doc:"when: a date, or such as tomorrow, in 3 months, 1 March" maxLength:"60"`
}

// RemindersInput says which reminders to list.
type RemindersInput struct {
	Person string `json:"person,omitempty" doc:"only about this person" maxLength:"300" means:"person"`
	Done   bool   `json:"done,omitempty" doc:"also those that are done"`
}

// RemindersOutput lists reminders.
type RemindersOutput struct {
	Reminders []Reminder `json:"reminders"`
}

// ReminderInput names a reminder.
type ReminderInput struct {
	Reminder id.ID `json:"reminder" arg:"1" doc:"the id of the reminder"`
}

// RemindedInput says of a reminder that it is done.
type RemindedInput struct {
	Reminder id.ID `json:"reminder" arg:"1" doc:"the id of the reminder"`
	Open     bool  `json:"open,omitempty" doc:"it is open after all"`
}

func (s *Service) addReminder(ctx context.Context, v op.Viewer, in RemindInput) (ReminderInput, error) {
	p, err := s.network.Resolve(ctx, v, in.Person)
	if err != nil {
		return ReminderInput{}, fault.About(err, "person")
	}
	r, err := s.Remind(ctx, v, p, in.Body, in.Day)
	return ReminderInput{r.ID}, err
}

func (s *Service) listReminders(ctx context.Context, v op.Viewer, in RemindersInput) (RemindersOutput, error) {
	var cluster []id.ID
	if in.Person != "" {
		p, err := s.network.Resolve(ctx, v, in.Person)
		if err != nil {
			return RemindersOutput{}, fault.About(err, "person")
		}
		if cluster, err = s.network.Cluster(ctx, s.db, v, p.ID); err != nil {
			return RemindersOutput{}, err
		}
	}
	rows, err := s.reminderRows(ctx, v, cluster, "", in.Done)
	if err != nil {
		return RemindersOutput{}, err
	}
	list, err := s.named(ctx, v, rows)
	return RemindersOutput{list}, err
}

// everyReminder lists all reminders, for an export.
func (s *Service) everyReminder(ctx context.Context, v op.Viewer) (any, error) {
	return s.listReminders(ctx, v, RemindersInput{Done: true})
}

// Text prints reminders, one on a line.
func (o RemindersOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, r := range o.Reminders {
		fmt.Fprintf(&b, "%s  %-28s  %s\n", r.Day, r.Person.Name, r.Body)
	}
	if len(o.Reminders) == 0 {
		b.WriteString(p.T("Nothing noted yet.") + "\n")
	}
	return b.String()
}
