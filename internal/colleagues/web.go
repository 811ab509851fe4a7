package colleagues

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// pages adds the pages of the room.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /colleagues", op.Member, s.Page)
	m.HandleLong("POST /colleagues/proposal", op.Member, s.ProposalForm)
	m.Handle("POST /colleagues/note", op.Member, s.NoteForm)
	m.HandleUpload("POST /colleagues/chart", op.Member, MostUpload, s.ChartForm)
}

// colleaguesView is what the page shows.
type colleaguesView struct {
	Skills, Size, Must, Never, Organisation, Layer string
	Asked                                          string // which question was asked: team, structure or proposal
	Problem                                        string
	Team                                           TeamOutput
	Structure                                      StructureOutput
	Proposal                                       ProposalOutput
	Draft                                          string
	Quorum                                         string
	Positions                                      int
	Observations                                   []Observation
}

// sayable keeps faults that the page itself can say; what is wrong with a field is said beside it.
func (c *colleaguesView) sayable(r *http.Request, err error) error {
	if fault.FieldOf(err) != "" || len(fault.UnclearIn(err)) > 0 {
		return err
	}
	switch fault.CodeOf(err) {
	case fault.NotFound, fault.Invalid, fault.Conflict, fault.TooLarge, fault.Usage:
		c.Problem = page.Sentence(r.Context(), err)
		return nil
	}
	return err
}

// base fills in what every view of the page shows.
func (s *Service) base(r *http.Request) (colleaguesView, error) {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	shown := colleaguesView{Size: "4"}
	chart, err := s.positions(ctx, v, op.None{})
	if err != nil {
		return shown, err
	}
	seen, err := s.observations(ctx, v, op.None{})
	shown.Positions, shown.Observations = len(chart.Positions), seen.Observations
	return shown, err
}

// Page answers whom to work with and how an organisation runs; without a question it shows what can be asked.
func (s *Service) Page(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	shown, err := s.base(r)
	if err != nil {
		return err
	}
	shown.Asked = r.FormValue("ask")
	switch shown.Asked {
	case "team":
		shown.Skills, shown.Size, shown.Must, shown.Never = r.FormValue("skills"), r.FormValue("size"),
			r.FormValue("must"), r.FormValue("never")
		in := TeamInput{
			Skills: []string{shown.Skills}, Must: strings.Split(shown.Must, ","),
			Never: strings.Split(shown.Never, ";"), Alternatives: 3,
		}
		if in.Size, err = strconv.Atoi(strings.TrimSpace(shown.Size)); err != nil || in.Size < 1 || in.Size > 40 {
			shown.Problem = page.T(ctx, "A team has 1 to 40 people.")
			break
		}
		if shown.Team, err = s.team(ctx, v, in); err != nil {
			err = shown.sayable(r, err)
		}
	case "structure":
		shown.Organisation, shown.Layer = r.FormValue("organisation"), r.FormValue("layer")
		if shown.Structure, err = s.structure(ctx, v,
			StructureInput{Organisation: shown.Organisation, Layer: shown.Layer}); err != nil {
			err = shown.sayable(r, err)
		}
	}
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, colleaguesPage(shown))
}

// ProposalForm says whom to have on one's side. Nothing of what is sent is stored.
func (s *Service) ProposalForm(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	shown, err := s.base(r)
	if err != nil {
		return err
	}
	shown.Asked, shown.Draft, shown.Quorum = "proposal", r.FormValue("file"), strings.TrimSpace(r.FormValue("quorum"))
	in := ProposalInput{File: withHeading(shown.Draft)}
	if shown.Quorum != "" {
		if in.Quorum, err = number(shown.Quorum); err == nil && in.Quorum > 1 {
			in.Quorum /= 100 // 67 means 67 %
		}
		if err != nil || in.Quorum <= 0 || in.Quorum > 1 {
			return fault.New(fault.Invalid, "The quorum is a share of the votes, such as 0.5 or 67%%.").
				WithField("quorum")
		}
	}
	if shown.Proposal, err = s.proposal(ctx, v, in); err != nil {
		if err = shown.sayable(r, err); err != nil {
			return err
		}
	}
	return page.Render(w, r, http.StatusOK, colleaguesPage(shown))
}

// withHeading lets people type lines without headings: person, votes, stance.
func withHeading(draft string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(draft), "\n")
	if strings.HasPrefix(first, "{") || first == "" {
		return draft
	}
	t, _, _, err := readTable(first)
	if err == nil && (t.has(whoColumns...) || t.has(mailColumns...)) {
		return draft
	}
	separator := string(separatorOf(first))
	return strings.Join([]string{"person", "votes", "stance", "certainty"}, separator) + "\n" + draft
}

// NoteForm keeps an observation, or a private wish to keep two people apart.
func (s *Service) NoteForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	if r.FormValue("act") == "apart" {
		in, err := page.Input[ApartInput](r, "colleagues.apart")
		if err != nil {
			return err
		}
		if _, err := s.apartOp(ctx, request.Viewer, in); err != nil {
			return err
		}
		return page.Done(w, r, "/colleagues", request.Printer.T("Noted."))
	}
	in, err := page.Input[ObserveInput](r, "colleagues.observe")
	if err != nil {
		return err
	}
	if r.FormValue("act") == "gone" {
		in.Certainty = 0
	}
	if _, err := s.observe(ctx, request.Viewer, in); err != nil {
		return err
	}
	return page.Done(w, r, "/colleagues", request.Printer.T("Noted."))
}

// MostUpload is the most that a chart may bring with its form, in bytes. It is held in memory.
const MostUpload = mostFile + 1<<16

// ChartForm loads a chart from a file that is sent or from lines that are pasted.
func (s *Service) ChartForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	if err := r.ParseMultipartForm(MostUpload); err != nil {
		return fault.Wrap(err, fault.TooLarge, "The table is larger than %d MB.", mostFile>>20).
			WithHint("Leave out what is not needed.")
	}
	for name, values := range r.PostForm {
		page.Typed(r, name, values...)
	}
	page.Called(r, "file", "chart")
	in := ChartInput{File: r.FormValue("file"), Add: r.FormValue("add") != ""}
	if file, _, err := r.FormFile("chart"); err == nil {
		defer file.Close()
		body, err := io.ReadAll(io.LimitReader(file, mostFile+1))
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "The table cannot be read.")
		}
		if len(body) > 0 {
			in.File = string(body)
		}
	}
	out, err := s.loadChart(ctx, request.Viewer, in)
	if err != nil {
		return err
	}
	said := request.Printer.T("%d positions", out.Positions) + "."
	if n := len(out.Rejected); n > 0 {
		said += " " + request.Printer.T("%d lines could not be used; the first: line %d: %s", n, out.Rejected[0].Line,
			out.Rejected[0].Reason)
	}
	return page.Done(w, r, "/colleagues", said)
}
