package account

import (
	"strings"

	"gave.network/internal/locale"
)

// browsers and systems are what a user agent calls them, and how people do. The first that is found holds: many
// browsers also call themselves by the name of an older one.
var (
	browsers = []struct{ mark, name string }{
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"SamsungBrowser/", "Samsung Internet"},
		{"Vivaldi/", "Vivaldi"},
		{"FxiOS/", "Firefox"},
		{"Firefox/", "Firefox"},
		{"CriOS/", "Chrome"},
		{"Chromium/", "Chromium"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	}
	systems = []struct{ mark, name string }{
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Android", "Android"},
		{"CrOS", "ChromeOS"},
		{"Windows", "Windows"},
		{"Macintosh", "Mac"},
		{"Linux", "Linux"},
	}
)

// device says in words where a session is: the browser and the system that a user agent names.
func device(p *locale.Printer, agent string) string {
	browser, system := "", ""
	for _, b := range browsers {
		if strings.Contains(agent, b.mark) {
			browser = b.name
			break
		}
	}
	for _, s := range systems {
		if strings.Contains(agent, s.mark) {
			system = s.name
			break
		}
	}
	switch {
	case browser != "" && system != "":
		return p.T("%s on %s", browser, system)
	case browser != "":
		return browser
	case system != "":
		return p.T("a browser on %s", system)
	}
	return p.T("another program")
}

// program says in words what used a token: a browser, or the first word by which a program calls itself.
func program(p *locale.Printer, agent string) string {
	for _, b := range browsers {
		if strings.Contains(agent, b.mark) {
			return device(p, agent)
		}
	}
	name, _, _ := strings.Cut(agent, " ")
	name, _, _ = strings.Cut(name, "/")
	return clip(name, 40)
}
