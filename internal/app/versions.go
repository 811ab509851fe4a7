package app

// versions says which operations show or change what has a version, so that nobody overwrites what another changed
// meanwhile.
func (a *App) versions() {
	a.Operations.Versions(
		"person",
		a.Network.Version,
		"people.show",
		"people.edit",
		"people.identify",
		"people.unidentify",
		"people.tag",
		"people.untag",
		"people.note",
		"people.date",
		"people.undate",
		"people.share",
		"erase",
	)
	a.Operations.Versions("gift", a.Give.Version, "give.show", "give.edit", "give.remove")
	a.Operations.Versions(
		"ask",
		a.Ask.Version,
		"ask.show",
		"ask.sent",
		"ask.helped",
		"ask.help",
		"ask.thank",
		"ask.close",
		"ask.remove",
	)
	a.Operations.Versions("goal", a.Power.Version, "power.goal.show", "power.goal.close", "power.goal.remove")
	a.Operations.Versions(
		"",
		a.Colleagues.ChartVersion,
		"colleagues.positions",
		"colleagues.chart",
		"colleagues.unchart",
	)
	a.Operations.Versions("", a.Account.ProfileVersion, "profile.show", "profile.change", "space.change")
}
