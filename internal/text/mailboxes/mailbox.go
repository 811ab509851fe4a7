// Package mailboxes says whose a mail address is: one person's, or that of a role, a list, a room or a program.
package mailboxes

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gave.network/internal/lang"
	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
	"gave.network/internal/text/names"
)

// The kinds of senders and recipients that are not a person.
const (
	KindNoReply = "noreply" // nobody reads what is sent there
	KindBounce  = "bounce"  // mail servers speaking of mail
	KindList    = "list"    // a mailing list or newsletter
	KindRoom    = "room"    // a room or thing that can be booked
	KindRobot   = "robot"   // a program
	KindMailbox = "mailbox" // an organisation's shared mailbox, such as info@
)

var (
	noReplyWords = text.WordSet("automated", "noreply")
	bounceWords  = text.WordSet("automated", "bounce")
	listWords    = text.WordSet("automated", "list")
	listEndings  = text.WordSet("automated", "list.ending")
	roomWords    = text.WordSet("automated", "room")
	robotWords   = text.WordSet("automated", "robot")
	mailboxWords = text.WordSet("automated", "mailbox")
	listLast     = text.WordSet("automated", "list.last")
	roomLast     = text.WordSet("automated", "room.last")
	roomNumbered = text.WordSet("automated", "room.numbered") // with a number
	robotLast    = text.WordSet("automated", "robot.last")
	noReplyParts = lang.Words("automated", "noreply.part")
	noReplyNames = lang.Words("automated", "noreply.name")
	listNames    = lang.Words("automated", "list.name")
	roomNames    = text.WordSet("automated", "room.name")
	robotNames   = lang.Words("automated", "robot.name")
	// listDomains carry mailing lists only.
	listDomains = append(lang.Words("automated", "list.domain"),
		"googlegroups.com", "groups.io", "yahoogroups.com", "freelists.org", "listserv.", "lists.", "list.",
		"groups.google.com", "mailman.",
	)
)

// gitHubUsers is the domain of the addresses that GitHub gives to people who keep their own to themselves:
// 12345+login@.
const gitHubUsers = "users.noreply.github.com"

// roleWords open the addresses of roles and desks in other languages than Dutch and English.
var roleWords = text.WordSet("automated", "role")

// before is what stands before the first of some marks, or all when there is none.
func before(s, marks string) string {
	if i := strings.IndexAny(s, marks); i >= 0 {
		return s[:i]
	}
	return s
}

// LooksAutomated tells whether a mail address, with the display name it came with, belongs to no single person, and to
// what instead: one of the kinds above. It goes by Dutch and English habits of naming only. A shared mailbox whose
// display name is plainly a person's ("Anna Jansen" <info@annajansen.nl>) is taken to be that person.
func LooksAutomated(address, name string) (kind string, ok bool) {
	normal, valid := addresses.Mail(address)
	local, domain := "", ""
	if valid {
		at := strings.LastIndexByte(normal, '@')
		local, domain = text.Fold(normal[:at]), normal[at+1:]
	}
	if domain == gitHubUsers {
		return "", false
	}
	kind = automatedAddress(local, domain)
	first := before(local, "-_.")
	// Somebody's own address for lists or under a changing tag may look like a list or robot.
	own := kind == KindMailbox || kind == KindRobot && hashLike(local) ||
		kind == KindList && !listDomain(domain) && (ownLists[local] || names.IsGiven(first))
	if kind == "" || own {
		if byName := automatedName(text.Fold(name)); byName != "" {
			return byName, true
		}
	}
	if own && personal(name, domain) {
		return "", false
	}
	return kind, kind != ""
}

func automatedAddress(local, domain string) string {
	if local == "" {
		return ""
	}
	bare, _, _ := strings.Cut(local, "+")
	tokens := strings.FieldsFunc(bare, func(r rune) bool { return strings.ContainsRune("-._=", r) })
	if len(tokens) == 0 {
		return ""
	}
	first, last := tokens[0], tokens[len(tokens)-1]
	if plain := strings.TrimRight(first, "0123456789"); plain != "" {
		first = plain // zaal3, room204
	}
	joined := strings.Join(tokens, "")
	switch {
	case strings.HasSuffix(domain, "resource.calendar.google.com"):
		return KindRoom
	case strings.HasPrefix(local, "prvs=") || strings.HasPrefix(local, "srs0=") || strings.HasPrefix(local, "srs1=") ||
		strings.HasPrefix(local, "msprvs1="),
		strings.HasPrefix(domain, "bounce.") || strings.HasPrefix(domain, "bounces."),
		bounceWords[first] && (len(tokens) == 1 || first != "return"), bounceWords[bare], last == "bounces" ||
			last == "bounce":
		return KindBounce
	case hasAffix(bare, joined, noReplyWords), strings.HasPrefix(domain, "noreply.") ||
		strings.HasPrefix(domain, "reply."):
		return KindNoReply
	case listDomain(domain), listWords[bare], len(tokens) > 1 && (listWords[first] && first != "all" &&
		first != "news" || listLast[last] ||
		listEndings[last] && strings.HasSuffix(bare, "-"+last) || last == "l" && strings.HasSuffix(bare, "-l")):
		return KindList
	case roomWords[first] || roomWords[bare] || roomLast[last] && strings.HasSuffix(bare, "-"+last):
		return KindRoom
	case robotWords[bare] || len(tokens) > 1 &&
		(robotWords[first] || last == "bot" || last == "robot" || last == "notifications" || last == "notification" ||
			last == "alerts"),
		hashLike(bare):
		return KindRobot
	case mailboxWords[bare] || len(tokens) > 1 && mailboxWords[first] && !names.IsGiven(last):
		return KindMailbox
	}
	return ""
}

// hasAffix tells whether a word of the set opens or closes the local part, joined or apart.
func hasAffix(bare, joined string, set map[string]bool) bool {
	if set[bare] || set[joined] {
		return true
	}
	for _, word := range noReplyParts {
		if strings.HasPrefix(joined, word) || strings.HasSuffix(joined, word) {
			return true
		}
	}
	return false
}

func listDomain(domain string) bool {
	for _, d := range listDomains {
		if strings.HasSuffix(d, ".") && strings.HasPrefix(domain, d) || domain == d ||
			strings.HasSuffix(domain, "."+d) {
			return true
		}
	}
	return false
}

// hashLike tells a generated local part: long, with many digits between the letters.
func hashLike(s string) bool {
	if len(s) < 20 {
		return false
	}
	changes, digits := 0, 0
	for i := range len(s) {
		digit := '0' <= s[i] && s[i] <= '9'
		if digit {
			digits++
		}
		if i > 0 && digit != ('0' <= s[i-1] && s[i-1] <= '9') {
			changes++
		}
	}
	return changes >= 6 && digits >= 5
}

func holds(s string, parts []string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(s, part) })
}

func automatedName(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("()[]{},;:\"|", r)
	})
	if len(words) == 0 {
		return ""
	}
	first, last := words[0], words[len(words)-1]
	number := false
	for _, w := range words[1:] {
		number = number || w[0] >= '0' && w[0] <= '9' || len(w) == 1
	}
	two := first
	if len(words) > 1 {
		two += " " + words[1]
	}
	switch {
	case strings.Contains(name, "mail delivery"), strings.Contains(name, "mailer-daemon"), first == "postmaster":
		return KindBounce
	case noReplyWords[first], noReplyWords[strings.Join(words, "-")], holds(name, noReplyNames):
		return KindNoReply
	case holds(name, listNames), name == "undisclosed recipients",
		name == "undisclosed-recipients":
		return KindList
	case roomNames[two], roomWords[first] &&
		(number || len(first) > 6), roomNumbered[first] && number:
		return KindRoom
	case strings.HasSuffix(name, "[bot]"), len(words) > 1 && last == "bot", first == "cron" && last == "daemon",
		holds(name, robotNames), robotLast[last]:
		return KindRobot
	}
	return ""
}

// ownLists are what people call the address at which they read mailing lists.
var ownLists = text.WordSet("automated", "list.own")

// organisationWords open the names of organisations.
var organisationWords = text.WordSet("automated", "organisation")

// LooksPersonal says that a display name is a usual given name with a family name.
func LooksPersonal(display string) bool { return personal(display, "") }

// personal tells whether a display name is plainly that of one person: a usual given name and a family name, or a name
// that its domain bears too.
func personal(display, domain string) bool {
	n := names.Parse(display)
	if n.Derived || n.Given == "" || n.Family == "" {
		return false
	}
	given, _, _ := strings.Cut(text.Fold(n.Given), " ")
	if whole := text.Squeeze(n.Display()); utf8.RuneCountInString(whole) >= 8 && strings.Contains(domain, whole) &&
		!organisationWords[given] && !mailboxWords[given] {
		return true
	}
	return names.IsGiven(given) && !mailboxWords[text.Fold(n.Family)] && !listWords[text.Fold(n.Family)]
}

// Shared says that an address is not one person's by its very name: of a role, a list, a robot or a room, in the
// languages of Western Europe. Whoever has it may be told from the others who do only by name.
func Shared(address string) bool {
	at := strings.LastIndexByte(address, '@')
	if at < 0 || address[at+1:] == gitHubUsers {
		return false
	}
	local := text.Fold(address[:at])
	if automatedAddress(local, address[at+1:]) != "" {
		return true
	}
	first := before(local, "-_.+")
	plain := strings.TrimRight(first, "0123456789")
	return roleWords[local] || roleWords[plain] && (plain == local || utf8.RuneCountInString(plain) >= 5)
}

// GitHubLogin returns the login in an address that GitHub gives to people: 12345+login@users.noreply.github.com.
func GitHubLogin(address string) (login string, ok bool) {
	local, ok := strings.CutSuffix(address, "@"+gitHubUsers)
	if !ok {
		return "", false
	}
	if number, login, found := strings.Cut(local, "+"); found && text.IsDigits(number) {
		return login, true
	}
	return local, true
}

// Login returns what a mail address says its owner calls himself: the part before the @ in letters only. It is empty
// when that names a role or says too little.
func Login(address string) string {
	local, ok := GitHubLogin(address)
	if !ok {
		if Shared(address) {
			return ""
		}
		local, _, _ = strings.Cut(address, "@")
		local, _, _ = strings.Cut(local, "+")
	}
	return text.Letters(local)
}

// FreeMail says that a domain gives addresses to anybody, so that two people there have nothing else in common.
func FreeMail(domain string) bool { return domain == gitHubUsers || freeMail[domain] }

var freeMail = text.ParseSet(`gmail.com googlemail.com hotmail.com hotmail.nl hotmail.co.uk hotmail.fr hotmail.de outlook.com
	outlook.nl live.nl live.com msn.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de ymail.com icloud.com me.com mac.com
	aol.com proton.me protonmail.com protonmail.ch pm.me gmx.de gmx.net gmx.com gmx.at web.de t-online.de freenet.de
	ziggo.nl kpnmail.nl kpnplanet.nl planet.nl xs4all.nl hetnet.nl home.nl quicknet.nl upcmail.nl casema.nl chello.nl
	tele2.nl telfort.nl zonnet.nl solcon.nl caiway.nl freedom.nl telenet.be skynet.be proximus.be orange.fr free.fr
	laposte.net wanadoo.fr sfr.fr libero.it virgilio.it tiscali.it qq.com 163.com 126.com foxmail.com sina.com naver.com
	daum.net yandex.ru mail.ru fastmail.com fastmail.fm posteo.de mailbox.org zoho.com hey.com duck.com`)
