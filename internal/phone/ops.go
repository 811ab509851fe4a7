package phone

import (
	"context"
	"net/http"
	"strings"

	"gave.network/internal/account"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// Operations returns what can be done with devices.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("phone.show", http.MethodGet, "/phone", op.Member,
			"Show which devices have your contacts, which calendars read along, and whom a device deleted.", s.show),
		op.New("phone.add", http.MethodPost, "/phone/passwords", op.Member,
			"Make a password for a device that is to have your contacts.", s.add).
			With("It opens your contacts in this space by CardDAV, for reading and writing, and nothing else. Make "+
				"one for each device; end it with gave phone end.", `gave phone add "my phone"`).Personal(),
		op.New("phone.calendar", http.MethodPost, "/phone/calendars", op.Member,
			"Make a secret address of a calendar with birthdays, whom to see again, and Today.", s.calendar).
			With("Whoever has the address can read that calendar, and nothing else. End it with gave phone end.",
				`gave phone calendar "calendar at home"`).Personal(),
		op.New("phone.end", http.MethodDelete, "/phone/access/{key}", op.Member,
			"End the password of a device or the address of a calendar.", s.end).
			With("What the device has already, it keeps until it is removed there.", "gave phone end 0190…").
			Governing(),
		op.New("phone.back", http.MethodPost, "/phone/people/{person}", op.Member,
			"Put somebody who was deleted on a device back on your devices.", s.back).
			With("Deleting somebody on a device only takes them off your devices; nobody is erased.",
				"gave phone back anna@example.org"),
	}
}

// NameInput says what a password or an address is for.
type NameInput struct {
	Name string `json:"name" arg:"1" doc:"which device it is for" maxLength:"100"`
}

// PersonInput names somebody.
type PersonInput struct {
	Person string `json:"person" arg:"1" doc:"who: a name, mail address or id" means:"person" maxLength:"300"`
}

// KeyInput names a password or an address.
type KeyInput struct {
	Key id.ID `json:"key" arg:"1" doc:"the id of the password or the address"`
}

// AddedDevice is a new password with what a device is to be told.
type AddedDevice struct {
	account.Token
	Server string `json:"server" doc:"the path of the address book on this server"`
	User   string `json:"user" doc:"the user name to give"`
}

// AddedCalendar is a new address of a calendar.
type AddedCalendar struct {
	Key  id.ID  `json:"key" doc:"to end it with"`
	Path string `json:"path" doc:"path of the calendar on this server, shown this once"`
}

func (s *Service) show(ctx context.Context, v op.Viewer, _ op.None) (Overview, error) {
	return s.Overview(ctx, v)
}

func (s *Service) add(ctx context.Context, v op.Viewer, in NameInput) (AddedDevice, error) {
	var out AddedDevice
	about, err := s.Overview(ctx, v)
	if err == nil {
		out.Server, out.User = about.Server, about.User
		out.Token, err = s.account.NewDevice(ctx, v, in.Name)
	}
	return out, err
}

func (s *Service) calendar(ctx context.Context, v op.Viewer, in NameInput) (AddedCalendar, error) {
	token, err := s.account.NewCalendar(ctx, v, in.Name)
	return AddedCalendar{token.ID, CalendarPath(token.Secret)}, err
}

func (s *Service) end(ctx context.Context, v op.Viewer, in KeyInput) (op.None, error) {
	return op.None{}, s.End(ctx, v, in.Key)
}

func (s *Service) back(ctx context.Context, v op.Viewer, in PersonInput) (op.None, error) {
	p, err := s.network.Resolve(ctx, v, in.Person)
	if err == nil {
		err = s.Back(ctx, v, p)
	}
	return op.None{}, err
}

// Text prints what goes to devices.
func (o Overview) Text(p *locale.Printer) string {
	var b strings.Builder
	b.WriteString(p.T("Server") + "  " + o.Server + "\n" + p.T("User name") + "  " + o.User + "\n")
	line := func(t account.Token, what string) {
		used := p.T("not used yet")
		if t.Used != nil {
			used = p.T("last used %s", p.DateTime(*t.Used))
		}
		b.WriteString(t.ID.String() + "  " + what + "  " + t.Name + "  " + used + "\n")
	}
	for _, t := range o.Devices {
		line(t, p.T("contacts"))
	}
	for _, t := range o.Links {
		line(t, p.T("calendar"))
	}
	for _, l := range o.Left {
		b.WriteString(l.ID.String() + "  " + p.T("deleted on a device %s", p.Date(l.At)) + "  " + l.Name + "\n")
	}
	return b.String()
}

// Text prints what to type on the device.
func (a AddedDevice) Text(p *locale.Printer) string {
	return p.T("Server") + "    " + a.Server + "\n" + p.T("User name") + " " + a.User + "\n" + p.T("Password") + "  " +
		a.Secret + "\n" + p.T("It is shown this once.") + "\n"
}

// Text prints the path of the calendar.
func (a AddedCalendar) Text(p *locale.Printer) string {
	return a.Path + "\n" + p.T("It is shown this once.") + "\n"
}
