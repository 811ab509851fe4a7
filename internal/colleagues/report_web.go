package colleagues

import (
	"net/http"
	"strconv"

	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// ReportPage says how an organisation runs: in a space with others the report that an owner made, else of one's own
// notes.
func (s *Service) ReportPage(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	shown := reportOf(r)
	var err error
	if shown.Company, err = s.inCompany(ctx, v); err != nil {
		return err
	}
	if shown.Company {
		out, err := s.reportAs(ctx, v, ReportInput{AsOf: shown.then}, "page")
		if err == nil {
			shown.Told = &out
		} else if shown.Problem, err = page.Sayable(r, err); err != nil {
			return err
		}
		return page.Render(w, r, http.StatusOK, reportPage(shown))
	}
	asked := r.URL.Query().Has("organisation")
	if !asked { // who loaded a chart need not say of whom
		chart, err := s.lines(ctx, v, s.db)
		if err != nil {
			return err
		}
		asked = len(chart) > 0
	}
	if asked {
		out, err := s.structure(ctx, v, StructureInput{
			Organisation: shown.Organisation, Layer: shown.Layer, AsOf: shown.then,
		})
		if err == nil {
			shown.Found = &out
			var own ReportOutput
			own, err = s.ownReport(ctx, v, ReportInput{Organisation: shown.Organisation, AsOf: shown.then})
			shown.Told = &own
		}
		if err != nil {
			if shown.Problem, err = page.Sayable(r, err); err != nil {
				return err
			}
		}
	}
	return page.Render(w, r, http.StatusOK, reportPage(shown))
}

// alonePart refuses pages that are of one's own notes alone, where there are others: they lead to the report.
func (s *Service) alonePart(w http.ResponseWriter, r *http.Request) (done bool, err error) {
	company, err := s.inCompany(r.Context(), page.From(r.Context()).Viewer)
	if company && err == nil {
		http.Redirect(w, r, "/colleagues/report", http.StatusSeeOther)
	}
	return company, err
}

// partView is what the page of taking part shows.
type partView struct {
	Part  PartOutput
	Rules RulesOutput
	Owner bool
}

// PartPage asks whether the viewer takes part.
func (s *Service) PartPage(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	shown := partView{Owner: v.Role >= op.Owner}
	var err error
	if shown.Part, err = s.part(ctx, v, op.None{}); err != nil {
		return err
	}
	if shown.Rules, err = s.rules(ctx, v, op.None{}); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, partPage(shown))
}

// PartForm notes whether the viewer takes part.
func (s *Service) PartForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	page.StandsAt(r, "/colleagues/report/part")
	out, err := s.takePart(ctx, request.Viewer, TakePartInput{
		Part: r.FormValue("part"), Meet: r.FormValue("meet") != "", Offers: r.FormValue("offers") != "",
	})
	if err != nil {
		return err
	}
	sentence := request.Printer.T("You no longer take part. The next report is without you.")
	if out.Part {
		sentence = request.Printer.T("You take part.")
	}
	return page.Done(w, r, "/colleagues/report/part", sentence)
}

// RulesForm sets what holds for reports, fixes their groups, or makes one.
func (s *Service) RulesForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	page.StandsAt(r, "/colleagues/report/part")
	switch r.FormValue("do") {
	case "groups":
		out, err := s.fixGroups(ctx, request.Viewer, op.None{})
		if err != nil {
			return err
		}
		return page.Done(w, r, "/colleagues/report/part",
			request.Printer.T("%d people stand in the groups.", out.People))
	case "publish":
		if _, err := s.publish(ctx, request.Viewer, op.None{}); err != nil {
			return err
		}
		return page.Done(w, r, "/colleagues/report", request.Printer.T("The report is made."))
	}
	in := RuleInput{Reports: r.FormValue("reports")}
	for name, to := range map[string]*int{"threshold": &in.Threshold, "months": &in.Months} {
		n, err := strconv.Atoi(r.FormValue(name))
		if err != nil || n < 1 {
			return fault.New(fault.Invalid, "This is no number.").WithField(name)
		}
		*to = n
	}
	if _, err := s.rule(ctx, request.Viewer, in); err != nil {
		return err
	}
	return page.Done(w, r, "/colleagues/report/part", request.Printer.T("Saved."))
}

// ReadersPage lists who looked at reports.
func (s *Service) ReadersPage(w http.ResponseWriter, r *http.Request) error {
	out, err := s.readers(r.Context(), page.From(r.Context()).Viewer, op.None{})
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, readersPage(out.Readers))
}

// DataFile gives the figures of groups as a file.
func (s *Service) DataFile(w http.ResponseWriter, r *http.Request) error {
	ctx, v, query := r.Context(), page.From(r.Context()).Viewer, r.URL.Query()
	form := query.Get("form")
	media, known := dataForms[form]
	if !known {
		return fault.New(fault.NotFound, "There is no such file.")
	}
	in := ReportInput{Organisation: query.Get("organisation"), AsOf: reportOf(r).then}
	out, err := s.reportAs(ctx, v, in, form)
	if err != nil {
		return err
	}
	file := &page.Download{To: w, Name: "report." + form, Media: media}
	return file.End(writeData(file, &out.Figures, form, query.Get("layer"), page.T(ctx, "Who has to do with whom")))
}
