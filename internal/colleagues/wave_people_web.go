package colleagues

import (
	"cmp"
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/page"
)

// wavePeopleView is what the page of who is asked shows: never who answered.
type wavePeopleView struct {
	Survey
	People        []askedRow
	From, All     int
	Before, After string
	Link          *Link // that was just made
	Base          string
}

// askedRow is somebody who is asked, as who made the survey sees them.
type askedRow struct {
	Person                          id.ID
	Name, Mail, Department, Trouble string
}

// WavePeoplePage shows who is asked.
func (s *Service) WavePeoplePage(w http.ResponseWriter, r *http.Request) error {
	shown, err := s.wavePeople(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, wavePeoplePage(shown))
}

func (s *Service) wavePeople(r *http.Request) (wavePeopleView, error) {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	key, err := waveOf(r)
	if err != nil {
		return wavePeopleView{}, err
	}
	row, err := s.wave(ctx, v, key)
	if err != nil {
		return wavePeopleView{}, err
	}
	shown := wavePeopleView{Survey: row.shown(v.Now), Base: page.Base(r)}
	people, err := s.participants(ctx, s.db, v.Space, key)
	if err != nil {
		return shown, err
	}
	names, err := s.network.Names(ctx, s.db, v.Space, personsOf(people))
	if err != nil {
		return shown, err
	}
	slices.SortStableFunc(people, func(a, b participantRow) int {
		return cmp.Or(strings.Compare(a.Department, b.Department),
			strings.Compare(names[a.Person], names[b.Person]))
	})
	shown.All = len(people)
	shown.From, _ = strconv.Atoi(r.URL.Query().Get("from"))
	shown.From = min(max(0, shown.From), len(people))
	to := min(shown.From+membersShown, len(people))
	for _, p := range people[shown.From:to] {
		shown.People = append(shown.People, askedRow{p.Person, names[p.Person], p.Mail, p.Department, p.Trouble})
	}
	at := shown.address() + "/people?from="
	if shown.From > 0 {
		shown.Before = at + strconv.Itoa(max(0, shown.From-membersShown))
	}
	if to < len(people) {
		shown.After = at + strconv.Itoa(to)
	}
	return shown, nil
}

// WavePeopleForm makes a new link for somebody, or takes them out.
func (s *Service) WavePeopleForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	key, err := waveOf(r)
	if err != nil {
		return err
	}
	in := SurveyPersonInput{key, r.FormValue("whom")}
	at := wavesPath + "/" + key.String() + "/people"
	page.StandsAt(r, at)
	if r.FormValue("act") == "without" {
		if _, err := s.withoutOp(ctx, request.Viewer, in); err != nil {
			return err
		}
		return page.Done(w, r, at, request.Printer.T("Taken out, with all that was said by and of them."))
	}
	link, err := s.linkOp(ctx, request.Viewer, in)
	if err != nil {
		return err
	}
	shown, err := s.wavePeople(r)
	if err != nil {
		return err
	}
	shown.Link = &link
	return page.Render(w, r, http.StatusOK, wavePeoplePage(shown))
}

// WaveFile is the file with the answers of a closed survey, with shuffled numbers where people agreed to that.
func (s *Service) WaveFile(w http.ResponseWriter, r *http.Request) error {
	key, err := waveOf(r)
	if err != nil {
		return err
	}
	out, err := s.exportSurvey(r.Context(), page.From(r.Context()).Viewer, SurveyInput{key})
	if err != nil {
		return err
	}
	rows := [][]string{{"layer", "from", "to", "weight"}}
	for _, a := range out.Answers {
		rows = append(rows, []string{
			a.Layer, strconv.Itoa(a.From), strconv.Itoa(a.To), strconv.FormatFloat(a.Weight, 'f', 2, 64),
		})
	}
	file := &page.Download{To: w, Name: "answers.csv", Media: "text/csv; charset=utf-8"}
	return file.End(csv.NewWriter(file).WriteAll(rows))
}
