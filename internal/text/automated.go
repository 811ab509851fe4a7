package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
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
	noReplyWords = wordSet(`noreply no-reply no_reply no.reply donotreply do-not-reply do_not_reply do.not.reply
		dontreply nietbeantwoorden niet-beantwoorden niet.beantwoorden niet_beantwoorden geenantwoord geen-antwoord
		geen.antwoord nietantwoorden niet-antwoorden noanswer no-answer unsubscribe afmelden uitschrijven`)
	bounceWords = wordSet(`bounce bounces mailer-daemon mailerdaemon postmaster owner return returns mailer_daemon`)
	listWords   = wordSet(`list lists lijst maillijst mailinglist mailing-list listserv majordomo mailman sympa
		nieuwsbrief nieuwsbrieven newsletter newsletters news announce announcements all everyone everybody iedereen
		allen allemaal medewerkers leden members undisclosed-recipients`)
	listEndings = wordSet(`announce users devel talk discuss discussion workers admin`)
	roomWords   = wordSet(`room zaal vergaderzaal vergaderruimte vergaderkamer vergadering meetingroom meeting-room
		confroom conf-room conferenceroom conference-room boardroom directiekamer spreekkamer werkplek flexplek ruimte
		projector beamer lokaal`)
	robotWords = wordSet(`notification notifications notify notificatie notificaties melding meldingen alert alerts
		alarm cron daemon root nobody www-data jenkins jira confluence gitlab github buildbot builds bot robot
		automailer autoresponder autoreply mailer system systeem calendar-notification calendar-server sysadmin nagios
		zabbix updates digest reminder reminders herinnering drive-shares-noreply googlecalendar wiki bugzilla bugs git
		svn cvs commits automatisch automated monitoring backup logwatch ftp uucp voicemail fax scanner printer`)
	mailboxWords = wordSet(`info informatie information sales verkoop inkoop contact support helpdesk servicedesk
		service klantenservice klantenservices klantcontact receptie reception administratie secretariaat bestuur
		redactie office kantoor hr jobs vacatures werkenbij recruitment careers facturen factuur facturatie invoice
		invoices billing boekhouding finance financien crediteuren debiteuren admin administrator webmaster hostmaster
		marketing pr pers press communicatie communication hello hallo hoi team mail email post postbus algemeen general
		privacy avg security abuse legal juridisch events evenementen inschrijving inschrijvingen aanmelden order orders
		bestelling bestellingen enquiries enquiry feedback planning directie ledenadministratie penningmeester
		voorzitter secretaris customerservice customercare care help vragen klachten reserveren reserveringen boekingen
		booking bookings personeelszaken ict it ict-helpdesk facilitair onderwijs studentenzaken bibliotheek library
		editor editors redaktie webredactie shop winkel store garage praktijk balie`)
	// listDomains carry mailing lists only.
	listDomains = []string{
		"googlegroups.com", "groups.io", "yahoogroups.com", "freelists.org", "listserv.", "lists.", "list.", "lijst.",
		"lijsten.", "groups.google.com", "mailman.",
	}
)

// gitHubUsers is the domain of the addresses that GitHub gives to people who keep their own to themselves:
// 12345+login@.
const gitHubUsers = "users.noreply.github.com"

// roleWords open the addresses of roles and desks in other languages than Dutch and English.
var roleWords = wordSet(`kontakt verwaltung buero sekretariat empfang rechnung rechnungen buchhaltung vertrieb einkauf
	bewerbung bewerbungen presse kundenservice kundendienst vorstand redaktion zentrale personal geschaeftsfuehrung
	service-client accueil secretariat comptabilite ventes achats direction commercial presse recrutement factures
	facturation mairie bonjour informations renseignements contacto informacion ventas compras administracion secretaria
	recepcion contabilidad facturacion atencion hola contatto contatti informazioni vendite acquisti amministrazione
	segreteria ufficio direzione fatture reclami ciao contato vendas compras financeiro geral atendimento recepcao ola
	kundeservice salg regnskab reception faktura bogholderi administration mailinglist mailinglists maillists usenet
	spam junk code github gitlab git root debian linux python ubuntu info-desk front-desk frontdesk desk reservations
	reservation reservas bookings accounts accounting accountspayable ap ar payroll hrm people-ops sekr secr secretaris
	secretary bestuurssecretaris wethouders gemeente raad griffie leerlingzaken schoolleiding team-hr verhuur huur
	onderhoud magazijn logistiek expeditie transport keuken bar restaurant hotel club kassa tickets abonnementen webshop
	noc soc operations ops dev devs developers engineering security-team everybody family familie gezin thuis huis home
	ouders`)

// LooksAutomated tells whether a mail address, with the display name it came with, belongs to no single person, and to
// what instead: one of the kinds above. It goes by Dutch and English habits of naming only. A shared mailbox whose
// display name is plainly a person's ("Anna Jansen" <info@annajansen.nl>) is taken to be that person.
func LooksAutomated(address, name string) (kind string, ok bool) {
	normal, valid := NormalizeAddress(address)
	local, domain := "", ""
	if valid {
		at := strings.LastIndexByte(normal, '@')
		local, domain = Fold(normal[:at]), normal[at+1:]
	}
	if domain == gitHubUsers {
		return "", false
	}
	kind = automatedAddress(local, domain)
	first, _, _ := strings.Cut(strings.NewReplacer("_", "-", ".", "-").Replace(local), "-")
	// Somebody's own address for lists or under a changing tag may look like a list or robot.
	own := kind == KindMailbox || kind == KindList && !listDomain(domain) && (ownLists[local] || givenNames[first]) ||
		kind == KindRobot && hashLike(local)
	if kind == "" || own {
		if byName := automatedName(Fold(name)); byName != "" {
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
		first != "news" || last == "list" || last == "lijst" || last == "request" && len(tokens) > 1 ||
		listEndings[last] && strings.HasSuffix(bare, "-"+last) || last == "l" && strings.HasSuffix(bare, "-l") ||
		last == "nieuwsbrief" || last == "newsletter"):
		return KindList
	case roomWords[first] || roomWords[bare] || strings.HasSuffix(bare, "-room") || strings.HasSuffix(bare, "-zaal"):
		return KindRoom
	case robotWords[bare] || len(tokens) > 1 &&
		(robotWords[first] || last == "bot" || last == "robot" || last == "notifications" || last == "notification" ||
			last == "alerts"),
		hashLike(bare):
		return KindRobot
	case mailboxWords[bare] || len(tokens) > 1 && mailboxWords[first] && !givenNames[last]:
		return KindMailbox
	}
	return ""
}

// hasAffix tells whether a word of the set opens or closes the local part, joined or apart.
func hasAffix(bare, joined string, set map[string]bool) bool {
	if set[bare] || set[joined] {
		return true
	}
	for _, word := range []string{"noreply", "donotreply", "nietbeantwoorden", "geenantwoord"} {
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
	case noReplyWords[first], noReplyWords[strings.Join(words, "-")], strings.Contains(name, "niet beantwoorden"),
		strings.Contains(name, "do not reply"), strings.Contains(name, "no-reply"),
		strings.Contains(name, "noreply"):
		return KindNoReply
	case strings.Contains(name, "mailing list"), strings.Contains(name, "mailinglijst"),
		strings.Contains(name, "nieuwsbrief"), strings.Contains(name, "newsletter"), name == "undisclosed recipients",
		name == "undisclosed-recipients":
		return KindList
	case two == "conference room" || two == "meeting room" || two == "board room", roomWords[first] &&
		(number || len(first) > 6), (first == "kamer" || first == "lokaal") && number:
		return KindRoom
	case strings.HasSuffix(name, "[bot]"), len(words) > 1 && last == "bot", first == "cron" && last == "daemon",
		strings.Contains(name, "(automatisch)"), last == "notifications", last == "notificaties":
		return KindRobot
	}
	return ""
}

// ownLists are what people call the address at which they read mailing lists.
var ownLists = wordSet(`list lists lijst mailinglist mailinglists mailing-list mailing-lists maillijst`)

// organisationWords open the names of organisations.
var organisationWords = wordSet(`studio bureau stichting vereniging team the gemeente advies groep group hotel
	restaurant praktijk bakkerij drukkerij uitgeverij de het cafe galerie museum theater kantoor notaris makelaardij
	bedrijf atelier company club school radio`)

// LooksPersonal says that a display name is a usual given name with a family name.
func LooksPersonal(display string) bool { return personal(display, "") }

// personal tells whether a display name is plainly that of one person: a usual given name and a family name, or a name
// that its domain bears too.
func personal(display, domain string) bool {
	n := ParseName(display)
	if n.Derived || n.Given == "" || n.Family == "" {
		return false
	}
	given, _, _ := strings.Cut(Fold(n.Given), " ")
	if whole := squeeze(n.Display()); utf8.RuneCountInString(whole) >= 8 && strings.Contains(domain, whole) &&
		!organisationWords[given] && !mailboxWords[given] {
		return true
	}
	return givenNames[given] && !mailboxWords[Fold(n.Family)] && !listWords[Fold(n.Family)]
}
