package intake

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/scope"
)

// Operations returns what can be done with imports. Reading files by path is for the machine itself; over the network
// files are sent.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("import", http.MethodPost, "/imports", op.Member,
			"Import mail, calendars, contacts and exports.", s.importPaths).
			With("The format is told from the content; zip and gz are opened. An import may be repeated, stopped or "+
				"killed: nothing is lost or doubled.",
				"gave import ~/takeout.mbox calendar.ics contacts.vcf --me anna@example.org").Local().InParts(),
		op.New("import.formats", http.MethodGet, "/import-formats", op.Guest, "List what can be imported.", s.formats).
			With("Each format by its name, with where one gets such a file.", "gave import formats"),
		op.New("import.list", http.MethodGet, "/imports", op.Member, "List your imports.", s.list),
		op.New("import.show", http.MethodGet, "/imports/{import}", op.Member, "Show what became of an import.", s.show),
		op.New("import.undo", http.MethodPost, "/imports/{import}/undo", op.Member, "Take an import back.", s.undo).
			With("What other imports brought in too stays.", "gave import undo 0190…").InParts().Governing(),
		op.New("calendar.add", http.MethodPost, "/calendars", op.Member,
			"Read your calendar from its own address, now and every day.", s.addCalendar).
			With("Google, Outlook, iCloud and Nextcloud each give an address for other programs. Whoever has it reads "+
				"the calendar, so Gave never shows it. A server reads it every day.",
				"gave calendar add https://cloud.example/remote.php/dav/public-calendars/x?export").InParts(),
		op.New("calendar.list", http.MethodGet, "/calendars", op.Member,
			"List the calendars that are read every day.", s.listCalendars),
		op.New("calendar.read", http.MethodPost, "/calendars/{calendar}/read", op.Member, "Read a calendar now.",
			s.readCalendar).InParts(),
		op.New("calendar.remove", http.MethodDelete, "/calendars/{calendar}", op.Member,
			"Read a calendar no more.", s.removeCalendar).
			With("What was read stays, until its import is taken back.", "gave calendar remove 0190…"),
	}
}

// ImportInput says what to import.
type ImportInput struct {
	Paths   []string `json:"paths" arg:"1" doc:"files, folders and archives"`
	Me      []string `json:"me,omitempty" doc:"an address of your own; may be given more than once"`
	Preview bool     `json:"preview,omitempty" doc:"say what would be imported, and store nothing"`
	Map     []string `json:"map,omitempty" doc:"for a CSV of unknown make: COLUMN=FIELD, such as \"E-mailadres=email\""`
	Share   bool     `json:"share,omitempty" doc:"let the members of the space see what is imported; without it, it is yours alone"`
}

func (s *Service) importPaths(ctx context.Context, v op.Viewer, in ImportInput) (Report, error) {
	options := Options{Me: in.Me, Mapping: map[string]string{}}
	if in.Share {
		options.Visibility = scope.Space
	}
	for _, m := range in.Map {
		column, field, ok := strings.Cut(m, "=")
		if !ok {
			return Report{}, fault.New(fault.Usage, "%q does not say which column is which field.", m).
				WithHint("Write it as COLUMN=FIELD.").WithField("map")
		}
		options.Mapping[column] = field
	}
	if in.Preview {
		return s.Preview(ctx, v, in.Paths, options)
	}
	if os.Getenv("GOGC") == "" {
		// As a server does: what is held of a large network stays while it is read.
		defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	}
	return s.Import(ctx, v, in.Paths, options)
}

// gcPercent is how much of what is in use may lie about unused while files are imported, in hundredths.
const gcPercent = 50

// Text prints a report for people.
func (r Report) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, f := range r.Files {
		if f.State == Failed {
			if !strings.HasPrefix(f.Message, f.Path) { // most say it themselves
				b.WriteString(f.Path + ": ")
			}
			b.WriteString(f.Message + "\n")
		} else {
			fmt.Fprintf(&b, "%s (%s): %s\n", f.Path, f.Format,
				p.T("%d people added, %d known, %d interactions, %d there already, %d skipped",
					f.PeopleAdded, f.PeopleMatched, f.InteractionsAdded, f.Duplicates, f.Skipped)+f.andTies(p))
			if f.Message != "" {
				b.WriteString("  " + f.Message + "\n")
			}
		}
		for i, x := range f.Rejected {
			if i == 10 {
				fmt.Fprintf(&b, "  … %s\n", p.T("and %d more rejected records", int(f.RejectedTotal)-i))
				break
			}
			where := ""
			if x.File != "" {
				where = x.File + ", "
			}
			fmt.Fprintf(&b, "  %s%s: %s\n", where, p.T("line %d", x.Line), x.In(p))
		}
	}
	b.WriteString(p.T("Together: %d people added, %d interactions, %d there already, %d rejected.", r.PeopleAdded,
		r.InteractionsAdded, r.Duplicates, r.Rejected) + "\n")
	if r.TiesAdded > 0 {
		b.WriteString(p.T("%d ties were worked out elsewhere.", r.TiesAdded) + "\n")
	}
	if r.Suppressed > 0 {
		b.WriteString(p.T("From %d records somebody was left out who was erased before: see gave suppressions list, "+
			"and gave suppressions lift to undo it.", r.Suppressed) + "\n")
	}
	if r.Preview {
		b.WriteString(p.T("This was a preview: nothing was stored.") + "\n")
	} else if r.Proposals > 0 {
		b.WriteString(p.T("%d pairs of people may be one: see gave merges list.", r.Proposals) + "\n")
	}
	return b.String()
}

// Format is one of the formats that are read.
type Format struct {
	Name  string `json:"name" doc:"as reports of imports have it"`
	Title string `json:"title" doc:"what it is"`
	How   string `json:"how" doc:"where one gets such a file"`
}

// FormatsOutput lists the formats that are read.
type FormatsOutput struct {
	Formats []Format `json:"formats"`
}

// Formats returns what is read, in the words of p.
func Formats(p *locale.Printer) []Format {
	var out []Format
	for _, f := range formats.All {
		out = append(out, Format{Name: f.Name, Title: p.T(f.Title), How: p.T(f.How)})
	}
	return out
}

func (s *Service) formats(_ context.Context, v op.Viewer, _ op.None) (FormatsOutput, error) {
	return FormatsOutput{Formats(v.Printer())}, nil
}

// Text prints what each format is, and below it where one gets such a file.
func (o FormatsOutput) Text(*locale.Printer) string {
	var b strings.Builder
	for _, f := range o.Formats {
		fmt.Fprintf(&b, "%-16s %s\n%16s %s\n", f.Name, f.Title, "", f.How)
	}
	return b.String()
}

// ImportsOutput lists imports.
type ImportsOutput struct {
	Imports []Report `json:"imports"`
}

func (s *Service) list(ctx context.Context, v op.Viewer, _ op.None) (ImportsOutput, error) {
	list, err := s.List(ctx, v)
	return ImportsOutput{list}, err
}

// Text prints a line an import.
func (o ImportsOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, r := range o.Imports {
		fmt.Fprintf(&b, "%s  %s  %-8s %s\n", r.ID, p.DateTime(r.Started), p.T(r.State),
			p.T("%d people added, %d interactions, %d rejected", r.PeopleAdded, r.InteractionsAdded, r.Rejected)+
				r.andTies(p))
	}
	if len(o.Imports) == 0 {
		b.WriteString(p.T("Nothing was imported yet.") + "\n")
	}
	return b.String()
}

// ImportID names an import.
type ImportID struct {
	Import id.ID `json:"import" arg:"1" doc:"the id of the import"`
}

func (s *Service) show(ctx context.Context, v op.Viewer, in ImportID) (Report, error) {
	return s.Report(ctx, v, in.Import)
}

func (s *Service) undo(ctx context.Context, v op.Viewer, in ImportID) (op.None, error) {
	return op.None{}, s.Undo(ctx, v, in.Import)
}

// CalendarInput says where a calendar lies.
type CalendarInput struct {
	Address string `json:"address" arg:"1" doc:"the address that the calendar gives to other programs" maxLength:"2000"`
}

// CalendarID names a calendar.
type CalendarID struct {
	Calendar id.ID `json:"calendar" arg:"1" doc:"the id of the calendar"`
}

// CalendarsOutput lists calendars.
type CalendarsOutput struct {
	Calendars []Calendar `json:"calendars"`
}

// Text prints a line a calendar, and why it could not be read.
func (o CalendarsOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, c := range o.Calendars {
		fmt.Fprintf(&b, "%s  %s  %s\n", c.ID, p.DateTime(c.Read), c.Name)
		if c.Trouble != "" {
			b.WriteString("  " + c.Trouble + "\n")
		}
	}
	if len(o.Calendars) == 0 {
		b.WriteString(p.T("No calendar is read every day.") + "\n")
	}
	return b.String()
}

func (s *Service) addCalendar(ctx context.Context, v op.Viewer, in CalendarInput) (Report, error) {
	importID, err := s.AddCalendar(ctx, v, in.Address)
	if err != nil {
		return Report{}, err
	}
	return s.readNow(ctx, v, importID)
}

func (s *Service) listCalendars(ctx context.Context, v op.Viewer, _ op.None) (CalendarsOutput, error) {
	list, err := s.Calendars(ctx, v)
	return CalendarsOutput{list}, err
}

func (s *Service) readCalendar(ctx context.Context, v op.Viewer, in CalendarID) (Report, error) {
	importID, err := s.AgainCalendar(ctx, v, in.Calendar)
	if err != nil {
		return Report{}, err
	}
	return s.readNow(ctx, v, importID)
}

func (s *Service) removeCalendar(ctx context.Context, v op.Viewer, in CalendarID) (op.None, error) {
	return op.None{}, s.EndCalendar(ctx, v, in.Calendar)
}

// readNow runs an import, unless another process was faster.
func (s *Service) readNow(ctx context.Context, v op.Viewer, importID id.ID) (Report, error) {
	report, err := s.Run(ctx, v, importID)
	if errors.Is(err, errTaken) {
		return s.Report(ctx, v, importID)
	}
	s.RemoveUploads(ctx, v.Space, importID)
	return report, err
}
