package colleagues

import (
	"context"
	"net/http"
	"slices"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

const wavesPath = "/colleagues/waves"

// address is the page of a survey for who made it.
func (x Survey) address() string { return wavesPath + "/" + x.ID.String() }

// WavesPage lists the surveys that the viewer made.
func (s *Service) WavesPage(w http.ResponseWriter, r *http.Request) error {
	out, err := s.listSurveys(r.Context(), page.From(r.Context()).Viewer, op.None{})
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, wavesPage(out.Surveys))
}

// openDays is how long a survey is open when nothing else is said.
const openDays = 21

// NewWavePage asks what a survey is to be.
func (s *Service) NewWavePage(w http.ResponseWriter, r *http.Request) error {
	v := page.From(r.Context()).Viewer
	return page.Render(w, r, http.StatusOK, newWavePage(v.Now.In(v.Zone).AddDate(0, 0, openDays)))
}

// NewWaveForm makes a survey.
func (s *Service) NewWaveForm(w http.ResponseWriter, r *http.Request) error {
	page.StandsAt(r, wavesPath+"/new")
	in, err := page.Input[NewSurveyInput](r, "colleagues.survey.new", page.As("file", "people"))
	if err != nil {
		return err
	}
	request := page.From(r.Context())
	out, err := s.newSurvey(r.Context(), request.Viewer, in)
	if err != nil {
		return err
	}
	p := request.Printer
	said := p.T("%d people are asked", out.Asked) + "."
	for i, wrong := range out.Rejected {
		if i == mostSaid {
			said += " " + p.T("And %d other lines.", len(out.Rejected)-i)
			break
		}
		said += " " + p.T("line %d: %s", wrong.Line, wrong.Reason)
	}
	return page.Done(w, r, wavesPath+"/"+out.Survey.String(), said)
}

// mostSaid is how many lines that could not be used are said one by one.
const mostSaid = 4

// waveView is what the page of a survey shows to who made it.
type waveView struct {
	Survey
	Mail   bool // mail can be sent
	Unsent int  // how many have no link yet
	ByHand int  // how many of those have no address, so that theirs goes by hand
	Wrong  int  // to how many no more mail goes
	Sent   *Sent
	Base   string
	Enough bool // enough took part to speak of
	Told   bool // there is a report of it
}

// WavePage shows how it stands with a survey.
func (s *Service) WavePage(w http.ResponseWriter, r *http.Request) error {
	shown, err := s.waveView(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, wavePage(shown))
}

func (s *Service) waveView(r *http.Request) (waveView, error) {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	key, err := waveOf(r)
	if err != nil {
		return waveView{}, err
	}
	shown := waveView{Mail: s.mail != nil, Base: page.Base(r)}
	if shown.Survey, err = s.showSurvey(ctx, v, SurveyInput{key}); err != nil {
		return shown, err
	}
	shown.Enough = shown.State == SurveyClosed && shown.Participants >= shown.Threshold
	if shown.Enough {
		list, err := s.releases(ctx, s.db, v)
		if err != nil {
			return shown, err
		}
		shown.Told = slices.ContainsFunc(list, func(t told) bool { return t.Wave == key })
	}
	people, err := s.participants(ctx, s.db, v.Space, key)
	for _, p := range people {
		switch {
		case p.Trouble != "":
			shown.Wrong++
		case p.SentAt == 0:
			shown.Unsent++
			if p.Mail == "" {
				shown.ByHand++
			}
		}
	}
	return shown, err
}

func waveOf(r *http.Request) (id.ID, error) {
	key, err := id.Parse(r.PathValue("wave"))
	if err != nil {
		return key, fault.New(fault.NotFound, noWave)
	}
	return key, nil
}

// WaveForm opens, closes or removes a survey, or sends what is to be sent.
func (s *Service) WaveForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	key, err := waveOf(r)
	if err != nil {
		return err
	}
	v, p, at := request.Viewer, request.Printer, wavesPath+"/"+key.String()
	page.StandsAt(r, at)
	row, err := s.wave(ctx, v, key)
	if err != nil {
		return err
	}
	said := ""
	switch r.FormValue("act") {
	case "open":
		sent, err := s.openSurvey(ctx, v, row, page.Base(r))
		if err != nil {
			return err
		}
		if len(sent.Links) > 0 { // they are shown this once, so no other page takes the place of this one
			shown, err := s.waveView(r)
			if err != nil {
				return err
			}
			shown.Sent = &sent
			return page.Render(w, r, http.StatusOK, linksPage(shown))
		}
		said = p.T("%d mails were sent", sent.Mailed) + "."
	case "remind":
		sent, err := s.remind(ctx, v, row, page.Base(r))
		if err != nil {
			return err
		}
		said = p.T("%d mails were sent", sent.Mailed) + "."
	case "close":
		if _, err := s.closeOp(ctx, v, SurveyInput{key}); err != nil {
			return err
		}
		said = p.T("The survey is closed.")
	case "report":
		if err := s.reportSurvey(ctx, v); err != nil {
			return err
		}
		return page.Done(w, r, "/colleagues/report", p.T("The report is made."))
	case "reopen":
		in, err := page.Input[ReopenInput](r, "colleagues.survey.reopen", page.Means("survey", "survey", key.String()))
		if err != nil {
			return err
		}
		if _, err := s.reopenOp(ctx, v, in); err != nil {
			return err
		}
		said = p.T("The survey is open again.")
	case "remove":
		if _, err := s.removeOp(ctx, v, SurveyInput{key}); err != nil {
			return err
		}
		return page.Done(w, r, wavesPath, p.T("The survey and its answers are gone."))
	default:
		return fault.New(fault.Invalid, "There is no such thing to do with a survey.")
	}
	return page.Done(w, r, at, said)
}

// reportSurvey makes the report of the surveys that are closed; where reports were off they are on from then on, unless
// none can be made.
func (s *Service) reportSurvey(ctx context.Context, v op.Viewer) error {
	set, err := s.reportSetting(ctx, s.db, v)
	if err != nil {
		return err
	}
	if !set.Employer {
		if _, err := s.rule(ctx, v, RuleInput{Reports: "on"}); err != nil {
			return err
		}
	}
	if _, err = s.publish(ctx, v, op.None{}); err != nil && !set.Employer {
		if _, off := s.rule(ctx, v, RuleInput{Reports: "off"}); off != nil {
			return off
		}
	}
	return err
}
