package server

import (
	"net/http"
	"path/filepath"

	"gave.network/internal/account"
	"gave.network/internal/colleagues"
	"gave.network/internal/give"
	"gave.network/internal/help"
	"gave.network/internal/intake"
	"gave.network/internal/network"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/praise"
)

// routes is every page, with the role that it asks for.
func (s *Server) routes(m *page.Mux) {
	accounts := account.Pages{Service: s.app.Account}
	people := network.Pages{
		Store: s.app.Network, Panels: []network.Panel{s.app.Goodwill.Panel, s.app.Give.Panel, s.app.Praise.Panel},
	}
	imports := intake.Pages{
		Service: s.app.Intake, Folder: filepath.Join(s.app.Config.Data, "uploads"), Wake: s.worker.wake,
	}

	m.Handle("GET /{$}", op.Member, s.app.Today.Page)
	m.Handle("POST /today/answer", op.Member, s.app.Today.AnswerForm)

	m.Handle("GET /rooms", op.Member, func(w http.ResponseWriter, r *http.Request) error {
		return page.Render(w, r, http.StatusOK, page.RoomsPage())
	})

	m.Handle("GET /feeds/{secret}/{form}", op.Anonymous, s.feed)

	m.Handle("GET /capture", op.Member, s.app.Capture.Page)
	m.Handle("POST /capture", op.Member, s.app.Capture.Form)

	m.Handle("GET /people", op.Guest, people.PeoplePage)
	m.Handle("GET /people/new", op.Member, people.AddPage)
	m.Handle("POST /people/new", op.Member, people.AddForm)
	m.Handle("GET /people/{person}", op.Guest, people.PersonPage)
	m.Handle("POST /people/{person}", op.Member, people.PersonForm)
	m.Handle("GET /people/{person}/erase", op.Member, people.ErasePage)
	m.Handle("GET /give", op.Member, s.app.Give.GivePage)
	m.Handle("POST /give", op.Member, s.app.Give.GiveForm)
	m.Handle("POST /give/edit", op.Member, s.app.Give.EditForm)
	m.Handle("POST /give/forget", op.Member, s.app.Give.ForgetForm)
	m.Handle("GET /commons", op.Member, s.app.Give.CommonsPage)
	m.HandleUpload("POST /commons", op.Member, give.MostUpload, s.app.Give.ShareForm)
	m.Handle("POST /commons/remove", op.Member, s.app.Give.UnshareForm)
	m.Handle("GET /commons/{resource}", op.Anonymous, s.app.Give.ResourcePage)
	m.Handle("GET /commons/{resource}/file", op.Anonymous, s.app.Give.ResourceFile)
	m.Handle("GET /shared/{member}", op.Anonymous, s.app.Give.SharedPage)
	m.Handle("GET /shared/{member}/feed.atom", op.Anonymous, s.app.Give.SharedFeed)
	m.HandleLong("POST /give/trace", op.Member, s.app.Give.TraceForm)
	m.Handle("GET /colleagues", op.Member, s.app.Colleagues.Page)
	m.HandleLong("POST /colleagues/proposal", op.Member, s.app.Colleagues.ProposalForm)
	m.Handle("POST /colleagues/note", op.Member, s.app.Colleagues.NoteForm)
	m.HandleUpload("POST /colleagues/chart", op.Member, colleagues.MostUpload, s.app.Colleagues.ChartForm)
	m.Handle("GET /praise", op.Member, s.app.Praise.Page)
	m.Handle("POST /praise", op.Member, s.app.Praise.Form)
	m.Handle("POST /praise/{praise}", op.Member, s.app.Praise.ChangeForm)
	m.Handle("GET /praise/link/{secret}", op.Anonymous, s.app.Praise.LinkPage)
	m.Handle("POST /praise/link/{secret}", op.Anonymous, s.app.Praise.LinkForm)
	m.Handle("GET /praised/{member}", op.Anonymous, s.app.Praise.PublicPage)
	m.Handle("GET /praised/{member}/embed", op.Anonymous, s.app.Praise.EmbedPage)
	m.Handle("GET /praise/check", op.Member, praise.CheckPage)
	m.HandleLong("POST /praise/check", op.Member, praise.CheckForm)
	m.Handle("GET /power", op.Member, s.app.Power.Page)
	m.Handle("POST /power/goals", op.Member, s.app.Power.GoalForm)
	m.Handle("GET /power/goals/{goal}", op.Member, s.app.Power.GoalPage)
	m.Handle("POST /power/goals/{goal}", op.Member, s.app.Power.GoalStateForm)
	m.Handle("GET /horizon", op.Member, s.app.Horizon.Page)
	m.Handle("GET /horizon/picture", op.Member, s.app.Horizon.PicturePage)
	m.Handle("GET /organisations", op.Guest, people.OrganisationsPage)
	m.Handle("GET /organisations/{organisation}", op.Guest, people.OrganisationPage)
	m.Handle("GET /goodwill", op.Member, s.app.Goodwill.MatchPage)
	m.HandleLong("POST /goodwill", op.Member, s.app.Goodwill.MatchForm)
	m.Handle("POST /goodwill/note", op.Member, s.app.Goodwill.NoteForm)
	m.Handle("POST /goodwill/answer", op.Member, s.app.Goodwill.AnswerForm)
	m.Handle("GET /asks", op.Guest, s.app.Ask.AsksPage)
	m.Handle("GET /asks/new", op.Member, s.app.Ask.NewPage)
	m.Handle("POST /asks/new", op.Member, s.app.Ask.NewForm)
	m.Handle("GET /asks/{ask}", op.Guest, s.app.Ask.AskPage)
	m.Handle("POST /asks/{ask}", op.Member, s.app.Ask.AskForm)
	m.Handle("GET /open/{ask}", op.Anonymous, s.app.Ask.PublicPage)
	m.Handle("GET /introductions", op.Guest, s.app.Ask.IntroductionsPage)
	m.Handle("POST /introductions", op.Member, s.app.Ask.IntroduceForm)
	m.Handle("POST /introductions/{introduction}", op.Guest, s.app.Ask.ActForm)
	m.Handle("GET /introduction/{secret}", op.Anonymous, s.app.Ask.LinkPage)
	m.Handle("POST /introduction/{secret}", op.Anonymous, s.app.Ask.LinkForm)
	m.Handle("GET /merges", op.Member, people.MergesPage)
	m.Handle("POST /merges", op.Member, people.MergesForm)

	m.Handle("GET /suppressions", op.Member, people.SuppressionsPage)
	m.Handle("POST /suppressions", op.Member, people.SuppressionsForm)
	m.Handle("GET /import", op.Member, imports.ImportPage)
	m.HandleUpload("POST /import", op.Member, s.MostUpload, imports.UploadForm)
	m.Handle("GET /import/{import}", op.Member, imports.ReportPage)
	m.HandleLong("POST /import/{import}", op.Member, imports.ReportForm)

	m.Handle("GET /help", op.Anonymous, help.Show)
	m.Handle("GET /help/{page}", op.Anonymous, help.Show)
	m.Handle("GET /settings", op.Guest, accounts.SettingsPage)
	m.HandleLong("POST /settings", op.Guest, accounts.SettingsForm)
	m.Handle("GET /audit", op.Owner, accounts.TrailPage)
	m.Handle("GET /signin", op.Anonymous, accounts.SignInPage)
	m.Handle("POST /signin", op.Anonymous, accounts.SignInForm)
	m.Handle("POST /signout", op.Anonymous, accounts.SignOutForm)
	m.Handle("GET /welcome", op.Anonymous, accounts.WelcomePage)
	m.Handle("POST /welcome", op.Anonymous, accounts.WelcomeForm)
}
