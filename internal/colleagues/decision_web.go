package colleagues

import (
	"net/http"
	"strconv"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/page"
)

// DecisionsPage lists the proposals that the viewer keeps.
func (s *Service) DecisionsPage(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Decisions(r.Context(), page.From(r.Context()).Viewer)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, decisionsPage(list))
}

// KeepForm keeps a proposal.
func (s *Service) KeepForm(w http.ResponseWriter, r *http.Request) error {
	page.StandsAt(r, "/colleagues/proposal")
	shown := proposalOf(r)
	in, err := shown.input()
	if err != nil {
		return err
	}
	request := page.From(r.Context())
	kept, err := s.keepProposal(r.Context(), request.Viewer, KeepInput{
		File: in.File, Title: shown.Title, Quorum: in.Quorum, Chance: in.Chance,
	})
	if err != nil {
		return err
	}
	return page.Done(w, r, "/colleagues/decisions/"+kept.Decision.String(), request.Printer.T("Kept."))
}

// DecisionPage shows a proposal that is kept, and asks what became of it.
func (s *Service) DecisionPage(w http.ResponseWriter, r *http.Request) error {
	d, err := s.pathDecision(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, decisionPage(d))
}

// DecisionForm notes what became of a proposal, or forgets it.
func (s *Service) DecisionForm(w http.ResponseWriter, r *http.Request) error {
	d, err := s.pathDecision(r)
	if err != nil {
		return err
	}
	request := page.From(r.Context())
	at := "/colleagues/decisions/" + d.ID.String()
	switch d.Outcome = Outcome(r.FormValue("outcome")); d.Outcome {
	case Open, Carried, Failed:
	case "remove":
		if err := s.dropDecision(r.Context(), request.Viewer, d.ID); err != nil {
			return err
		}
		return page.Done(w, r, "/colleagues/decisions", request.Printer.T("Forgotten."))
	default:
		page.StandsAt(r, at)
		return fault.New(fault.Invalid, "Say what became of it.").WithField("outcome")
	}
	for i := range d.Voices {
		place := strconv.Itoa(d.Voices[i].place)
		d.Voices[i].Talked = r.FormValue("talked-"+place) != ""
		switch vote := Vote(r.FormValue("vote-" + place)); vote {
		case For, Against:
			d.Voices[i].Vote = vote
		default:
			d.Voices[i].Vote = ""
		}
	}
	if err := s.noteOutcome(r.Context(), request.Viewer, d); err != nil {
		return err
	}
	return page.Done(w, r, at, request.Printer.T("Noted."))
}

func (s *Service) pathDecision(r *http.Request) (Decision, error) {
	key, err := id.Parse(r.PathValue("decision"))
	if err != nil {
		return Decision{}, fault.New(fault.NotFound, "There is no such decision of yours.")
	}
	return s.decision(r.Context(), page.From(r.Context()).Viewer, key)
}
