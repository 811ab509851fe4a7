package duties

import (
	"encoding/json"
	"net/http"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// pages adds the pages of the room.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /duties", op.Member, s.Page)
	m.Handle("GET /duties/record", op.Member, s.recordPage)
	m.Handle("GET /duties/notice", op.Member, s.noticePage)
	m.Handle("POST /duties/notice", op.Member, s.noticeForm)
	m.Handle("GET /duties/rules", op.Member, s.rulePage)
	m.Handle("POST /duties/rules", op.Member, s.ruleForm)
	m.Handle("POST /duties/requests", op.Member, s.requestForm)
	m.Handle("GET /duties/requests/{request}", op.Member, s.requestPage)
	m.Handle("POST /duties/requests/{request}", op.Member, s.answerForm)
}

// overview is what the first page shows.
type overview struct {
	space    Space
	requests []Request
	rules    []Rule
}

// Page shows what people asked, how long what is old stays, and leads to the notice and the record.
func (s *Service) Page(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	var out overview
	var err error
	if out.space, err = s.hears.Space(ctx, v); err != nil {
		return err
	}
	if out.requests, err = s.Requests(ctx, v); err != nil {
		return err
	}
	if out.rules, err = s.Rules(ctx, v); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, dutiesPage(out))
}

func (s *Service) recordPage(w http.ResponseWriter, r *http.Request) error {
	record, err := s.Record(r.Context(), page.From(r.Context()).Viewer)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, recordView(record))
}

func (s *Service) noticePage(w http.ResponseWriter, r *http.Request) error {
	page.StandsAt(r, "/duties")
	if r.FormValue("person") == "" {
		return s.Page(w, r)
	}
	in, err := page.Input[NoticeInput](r, "duties.notice")
	if err != nil {
		return err
	}
	notice, err := s.notice(r.Context(), page.From(r.Context()).Viewer, in)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, noticeView(notice))
}

func (s *Service) noticeForm(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	in, err := page.Input[ToldInput](r, "duties.told")
	if err != nil {
		return err
	}
	if _, err := s.told(ctx, v, in); err != nil {
		return err
	}
	sentence := page.T(ctx, "Noted: you told them.")
	if in.Not {
		sentence = page.T(ctx, "Noted: you did not tell them.")
	}
	return page.Done(w, r, "/duties/notice?person="+in.Person, sentence)
}

func (s *Service) rulePage(w http.ResponseWriter, r *http.Request) error {
	page.StandsAt(r, "/duties")
	if r.FormValue("kind") == "" {
		return s.Page(w, r)
	}
	in, err := page.Input[RuleInput](r, "duties.preview")
	if err != nil {
		return err
	}
	preview, err := s.preview(r.Context(), page.From(r.Context()).Viewer, in)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, ruleView(preview))
}

func (s *Service) ruleForm(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	page.StandsAt(r, "/duties")
	in, err := page.Input[RuleInput](r, "duties.keep")
	if err != nil {
		return err
	}
	rule, err := s.keep(ctx, v, in)
	if err != nil {
		return err
	}
	sentence := page.T(ctx, "There is no rule any more.")
	if rule.Begins != nil {
		sentence = rule.Title + ": " + rule.line(page.From(ctx).Printer)
	}
	return page.Done(w, r, "/duties#old", sentence)
}

func (s *Service) requestForm(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	page.StandsAt(r, "/duties")
	in, err := page.Input[RequestInput](r, "duties.request")
	if err != nil {
		return err
	}
	request, err := s.ask(ctx, v, in)
	if err != nil {
		return err
	}
	return page.Done(w, r, "/duties/requests/"+request.ID.String(), page.T(ctx, "Noted."))
}

func (s *Service) requestPage(w http.ResponseWriter, r *http.Request) error {
	request, err := s.asked(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, requestView(request, nil))
}

// asked returns the request that the path names, when it is the viewer's to answer.
func (s *Service) asked(r *http.Request) (Request, error) {
	key, err := id.Parse(r.PathValue("request"))
	if err != nil {
		return Request{}, fault.New(fault.NotFound, "There is no such page.")
	}
	one, err := s.request(r.Context(), page.From(r.Context()).Viewer, key)
	if err == nil && !one.Mine {
		err = fault.New(fault.NotFound, "It is not here, or not yours to see.")
	}
	return one, err
}

// answerForm gives what a member keeps, gives what goes to who asked as a file, or ends the request.
func (s *Service) answerForm(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	switch r.FormValue("do") {
	case "part":
		in, err := page.Input[PartInput](r, "duties.part")
		if err == nil {
			err = s.Give(ctx, v, in.Request, in.Nothing)
		}
		if err != nil {
			return err
		}
		return page.Done(w, r, "/inbox", page.T(ctx, "Thank you. It goes along with the answer."))
	case "answer":
		request, err := s.asked(r)
		if err != nil {
			return err
		}
		answer, err := s.Answer(ctx, v, request.ID)
		if err != nil {
			return err
		}
		file := &page.Download{To: w, Name: request.Name + ".json", Media: "application/json"}
		encoder := json.NewEncoder(file)
		encoder.SetIndent("", " ")
		return file.End(encoder.Encode(answer))
	case "close":
		in, err := page.Input[CloseInput](r, "duties.close")
		if err != nil {
			return err
		}
		statement, err := s.end(ctx, v, in)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Location", "/duties/requests/"+in.Request.String())
		return page.Render(w, r, http.StatusOK, requestView(statement.Request, &statement))
	}
	return fault.New(fault.NotFound, "There is no such page.")
}
