package source

import (
	"context"
	"net/http"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// Operations returns what can be done with sources.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("source.add", http.MethodPost, "/sources", op.Member,
			"Have your mail, or your contacts and calendar, come in by themselves.", s.add).
			With("The password is read from standard input when you give a dash. It is kept sealed, with a key that "+
				"is not in the database. Of mail the headers are read, never the text. Nothing is ever written to the "+
				"server.", "gave source add mail anna@example.org -").InParts().Personal(),
		op.New("source.connect", http.MethodPost, "/sources/connect", op.Member,
			"Have a mailbox come in for which you sign in at its provider, instead of giving a password.",
			s.connecting).
			With("It says which address to open in a browser, where you sign in. With --code it also says what to "+
				"type there, on whatever device, for providers that have that; then `gave source finish` has the "+
				"mailbox read. There are the providers at which whoever runs Gave registered it. With --source "+
				"you sign in once more for one that you have.", "gave source connect microsoft --code").
			InParts().Personal(),
		op.New("source.finish", http.MethodPost, "/sources/finish", op.Member,
			"Have a mailbox come in for which you signed in with a code.", s.finish).
			With("It waits up to a minute until you did.", "gave source finish 0190…").InParts().Personal(),
		op.New("source.forward", http.MethodPost, "/sources/forward", op.Member,
			"Get an address to which you pass mails on, one by one.", s.forward).
			With("For who chooses each mail: pass it on, as an attachment or in the text, or send a copy of what "+
				"you write "+
				"(bcc). Who wrote whom, when, and the subject are kept, never the text. Keep the address to "+
				"yourself. There "+
				"is one where whoever runs Gave has mail come in.", "gave source forward").Personal(),
		op.New("source.list", http.MethodGet, "/sources", op.Member, "List what comes in by itself.", s.list),
		op.New("source.show", http.MethodGet, "/sources/{source}", op.Member,
			"Show a source: what it holds, when it was read, and what is wrong.", s.show),
		op.New("source.run", http.MethodPost, "/sources/{source}/run", op.Member, "Read a source now.", s.run).
			With("A server reads it by itself: mail when it comes in, or every ten minutes, and the rest every hour.",
				"gave source run 0190…").InParts(),
		op.New("source.change", http.MethodPost, "/sources/{source}", op.Member,
			"Give a source another password, or choose what of it is read.", s.change).
			With("What it brought stays.", "gave source change 0190… --leave 0191…").Personal(),
		op.New("source.remove", http.MethodDelete, "/sources/{source}", op.Member, "Read a source no more.", s.remove).
			With("What it brought stays; with --along it goes along, but for what others brought too and what you "+
				"typed yourself.", "gave source remove 0190… --along").InParts().Governing(),
	}
}

// AddInput says where a source is, and who signs in there.
type AddInput struct {
	Kind     Way    `json:"kind" arg:"1" enum:"mail,dav" doc:"mail (IMAP), or dav: contacts and calendar (CardDAV, CalDAV)"`
	Address  string `json:"address" arg:"2" doc:"the server, or your mail address at a provider" maxLength:"1000"`
	User     string `json:"user,omitempty" doc:"whom you sign in as there; without it, your mail address" maxLength:"300"`
	Password string `json:"password" arg:"3" doc:"the password; on the command line a dash, to read it from standard input" maxLength:"1000"`
}

// ConnectInput says at which provider somebody signs in for a mailbox.
type ConnectInput struct {
	Provider string `json:"provider" arg:"1" enum:"google,microsoft,other" doc:"the provider"`
	User     string `json:"user,omitempty" doc:"the mail address of the mailbox, when the provider says another" maxLength:"300"`
	Source   id.ID  `json:"source,omitempty" doc:"a source of it, to sign in once more"`
	Code     bool   `json:"code,omitempty" doc:"sign in with a code"`
}

// ConnectingID names a sign-in that was begun.
type ConnectingID struct {
	Connecting id.ID `json:"connecting" arg:"1" doc:"what source connect said"`
}

// ChangeInput says what changes about a source.
type ChangeInput struct {
	Source   id.ID   `json:"source" arg:"1" doc:"the id of the source"`
	Password string  `json:"password,omitempty" doc:"another password" maxLength:"1000"`
	Read     []id.ID `json:"read,omitempty" doc:"what of it is read from now on, by ids as source show has them"`
	Leave    []id.ID `json:"leave,omitempty" doc:"what of it is read no more"`
}

// SourceID names a source.
type SourceID struct {
	Source id.ID `json:"source" arg:"1" doc:"the id of the source"`
}

// RemoveInput says which source goes, and whether what it brought goes along.
type RemoveInput struct {
	Source id.ID `json:"source" arg:"1" doc:"the id of the source"`
	Along  bool  `json:"along,omitempty" doc:"take what it brought along"`
}

// SourcesOutput lists sources.
type SourcesOutput struct {
	Sources []Source `json:"sources"`
}

func (s *Service) add(ctx context.Context, v op.Viewer, in AddInput) (Source, error) {
	key, err := s.Add(ctx, v, in)
	if err != nil {
		return Source{}, err
	}
	return s.run(ctx, v, SourceID{key})
}

func (s *Service) connecting(ctx context.Context, v op.Viewer, in ConnectInput) (Connecting, error) {
	if in.Code {
		return s.BeginByDevice(ctx, v, in)
	}
	if s.base == "" {
		return Connecting{}, fault.New(fault.Conflict, "No browser can come back here, as no public address is set.").
			WithHint("Sign in with --code, or on the page of sources; whoever runs Gave sets the address by " +
				"public-url.")
	}
	return s.Begin(ctx, v, in, s.base)
}

func (s *Service) finish(ctx context.Context, v op.Viewer, in ConnectingID) (Source, error) {
	key, err := s.FinishDevice(ctx, v, in.Connecting)
	if err != nil {
		return Source{}, err
	}
	return s.run(ctx, v, SourceID{key})
}

func (s *Service) forward(ctx context.Context, v op.Viewer, _ op.None) (Source, error) {
	key, err := s.Forward(ctx, v)
	if err != nil {
		return Source{}, err
	}
	return s.Show(ctx, v, key)
}

func (s *Service) list(ctx context.Context, v op.Viewer, _ op.None) (SourcesOutput, error) {
	list, err := s.List(ctx, v)
	return SourcesOutput{list}, err
}

func (s *Service) show(ctx context.Context, v op.Viewer, in SourceID) (Source, error) {
	return s.Show(ctx, v, in.Source)
}

func (s *Service) run(ctx context.Context, v op.Viewer, in SourceID) (Source, error) {
	if err := s.Run(ctx, v, in.Source); err != nil {
		return Source{}, err
	}
	return s.Show(ctx, v, in.Source)
}

func (s *Service) change(ctx context.Context, v op.Viewer, in ChangeInput) (Source, error) {
	if err := s.Change(ctx, v, in); err != nil {
		return Source{}, err
	}
	return s.Show(ctx, v, in.Source)
}

func (s *Service) remove(ctx context.Context, v op.Viewer, in RemoveInput) (op.None, error) {
	return op.None{}, s.Remove(ctx, v, in.Source, in.Along)
}

// state says in a few words how it stands with a source.
func (x Source) state(p *locale.Printer) string {
	switch {
	case x.Reading && x.Whole > 0:
		return p.T("Being read: %d of %d.", x.Done, x.Whole)
	case x.Reading:
		return p.T("Being read.")
	case x.Came == nil && x.Trouble == "":
		return p.T("Not read yet.")
	case x.News != nil:
		return p.T("%d new people, %d new contacts.", x.People, x.Contacts)
	case x.Came != nil:
		return p.T("Nothing was new.")
	}
	return ""
}

// Text prints where to sign in, and what then.
func (c Connecting) Text(p *locale.Printer) string {
	if c.Code == "" {
		return p.T("Open this address in the browser in which you are signed in to Gave:") + "\n  " + c.Address + "\n"
	}
	return p.T("Open %s and type %s there.", c.Address, c.Code) + "\n" +
		p.T("Then: gave source finish %s", c.Connecting.String()) + "\n"
}

// Text prints how it stands with a source, and what it holds.
func (x Source) Text(p *locale.Printer) string {
	var b strings.Builder
	x.line(&b, p)
	if x.Kind == Forward {
		b.WriteString("  " + p.T("Pass mails on to %s.", x.Address) + "\n")
	}
	for _, box := range x.Boxes {
		left := ""
		if !box.Read {
			left = " (" + p.T("not read") + ")"
		}
		b.WriteString("  " + box.ID.String() + "  " + box.Name + left + "\n")
	}
	return b.String()
}

func (x Source) line(b *strings.Builder, p *locale.Printer) {
	when := ""
	if x.Came != nil {
		when = p.DateTime(*x.Came) + "  "
	}
	b.WriteString(x.ID.String() + "  " + when + x.Name + "  " + x.state(p) + "\n")
	if x.Trouble != "" {
		b.WriteString("  " + x.Trouble + "\n")
	}
}

// Text prints a line a source, and why it could not be read.
func (o SourcesOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, x := range o.Sources {
		x.line(&b, p)
	}
	if len(o.Sources) == 0 {
		b.WriteString(p.T("Nothing comes in by itself yet.") + "\n")
	}
	return b.String()
}
