package world

import (
	"strings"
	"unicode/utf8"

	"gave.network/lab/world/cast"
	"gave.network/lab/world/random"
)

// phrases are what mails and chats are made of. {t} is the topic, {w} a word that goes with it, {c} a city.
type phrases struct {
	hello, bye, talk, reply, subject, small []string
	yes, no, thanks, gift, comeback, invite string
}

var dutch = phrases{
	hello: []string{"Ha {n},", "Hoi {n},", "Beste {n},", "Dag {n},", "Goedemorgen {n},", "{n},"},
	bye:   []string{"Groet,", "Hartelijke groet,", "Groetjes,", "Tot snel,", "Met vriendelijke groet,", "Tot gauw,"},
	talk: []string{
		"Ik ben bezig met {t} en dacht aan jou.", "Morgen stuur ik je de tekst over {w}.",
		"Kun je voor donderdag naar {w} kijken?", "We hadden het laatst over {t}, hier zijn mijn aantekeningen.",
		"In {c} doen ze iets slims met {w}.", "De planning schuift een week op, {w} kan dus later.",
		"Heb jij al een idee voor {w}?", "Het overleg over {t} ging goed, de kern staat.",
		"Ik zoek nog een voorbeeld van {t}.", "De directie wil {w} korter, ik ook.", "Bijgaand de offerte voor {t}.",
		"Zullen we volgende week bellen over {w}?",
		"De proefversie met {w} staat klaar.", "Wie van jullie neemt {w} op zich?",
		"Ik las een mooi stuk over {t}, link volgt.", "De cijfers over {w} zijn binnen.",
		"Het is hier druk met {t}, maar het wordt leuk.", "Fijn dat je bij {t} wilt aanhaken.",
		"Er zit nog een fout in {w} op bladzijde drie.", "Zie ik je bij de bijeenkomst in {c}?",
	},
	reply: []string{
		"Dank, ik kijk er vanmiddag naar.", "Goed plan, doen we zo.", "Ik heb twee opmerkingen bij {w}.",
		"Prima, woensdag schikt mij het best.", "Mooi. Zal ik {w} vast voorbereiden?",
		"Kan het een dag later?", "Helder. Over {t} heb ik nog een vraag.", "Ja, bel me maar na tweeën.",
		"Eens, alleen {w} zou ik anders doen.", "Staat genoteerd.", "Wat een goed idee over {w}.",
		"Ik leg het aan de anderen voor.", "Top, dan zien we elkaar in {c}.", "Zo is {t} in elk geval op orde.",
	},
	subject: []string{
		"{T}", "Vraag over {w}", "{T}: planning", "Concept {w}", "Overleg {t}", "Offerte {t}", "Even over {w}",
		"{T} in {c}", "Aantekeningen {t}", "Volgende stap {w}",
	},
	small: []string{
		"Ben je thuis?", "Ja hoor", "Koffie morgen?", "Gezellig!", "Ik ben er om 8 uur", "Haha", "Dank je wel",
		"Heb je de sleutel nog?", "Kom zo", "Foto's volgen", "Tot straks", "Wat een weer",
		"Zal ik iets meenemen?", "👍", "Goed gedaan vandaag", "Bel je zo", "Zaterdag kan ik wel",
		"Nee, volgende week pas", "Mooi stuk in de krant", "Ik sta voor de deur",
	},
	yes: "Natuurlijk, dat doe ik graag. Je hebt het morgen.", no: "Sorry, dat lukt me deze weken niet.",
	thanks:   "Dank je wel, hier heb ik echt wat aan.",
	gift:     "Dit kwam ik tegen over {t} en het past bij wat je zocht. Gebruik het gerust, niets voor terug.",
	comeback: "We willen je graag vragen voor {t}. Zin om erover te praten?",
	invite:   "Hierbij een uitnodiging voor ons gesprek over {t}.",
}

var english = phrases{
	hello: []string{"Hi {n},", "Hello {n},", "Dear {n},", "{n},"},
	bye:   []string{"Best,", "Kind regards,", "Cheers,", "All the best,"},
	talk: []string{
		"I am working on {t} and thought of you.", "Could you look at the draft before Thursday?",
		"We spoke about {t} the other day; here are my notes.", "They do something clever with it in {c}.",
		"The schedule moves by a week.", "Do you have an example of {t}?", "Please find the quote for {t} below.",
		"Shall we talk next week?", "The figures have come in.", "Will I see you at the meeting in {c}?",
	},
	reply: []string{
		"Thanks, I will look this afternoon.", "Good plan, let us do that.", "Two remarks on {t}.",
		"Wednesday suits me best.", "Could it be a day later?", "Yes, call me after two.", "Noted.",
		"I will ask the others.",
	},
	subject: []string{
		"{T}", "Question about {t}", "{T}: schedule", "Draft {t}", "Notes on {t}", "Quote for {t}", "Next step: {t}",
	},
	small: []string{
		"Are you home?", "Yes!", "Coffee tomorrow?", "On my way", "Thank you", "See you later", "Haha",
		"Saturday works", "👍",
	},
	yes: "Of course, happy to. You will have it tomorrow.", no: "Sorry, I cannot make time for that these weeks.",
	thanks:   "Thank you, this really helps.",
	gift:     "I came across this on {t}; it fits what you were looking for. Do use it, nothing in return.",
	comeback: "We would like to ask you for {t}. Shall we talk?", invite: "Here is an invitation for our talk on {t}.",
}

func phrasesOf(inEnglish bool) *phrases {
	if inEnglish {
		return &english
	}
	return &dutch
}

// fill puts the topic, one of its words and a city into a phrase.
func fill(r *random.Source, text string, topic int, inEnglish bool) string {
	t := &topics[topic]
	name, word := t.nl, t.words[0]
	if inEnglish {
		name, word = t.en, t.en
	}
	if strings.Contains(text, "{w}") && !inEnglish {
		word = random.Pick(r, t.words)
	}
	if strings.Contains(text, "{c}") {
		text = strings.ReplaceAll(text, "{c}", cast.Cities[r.IntN(12)].Name)
	}
	return strings.NewReplacer("{t}", name, "{T}", capital(name), "{w}", word).Replace(text)
}

// capital writes the first letter in upper case.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(string(r)) + s[n:]
}

// subject is the subject of a thread; all its messages share it.
func (w *world) subject(m *mail) string {
	r := random.Stream(w.seed, "subject", m.thread)
	ph := phrasesOf(m.english)
	topic := &topics[m.topic]
	switch m.kind {
	case mailAsk, mailAnswer:
		return capital(
			random.Pick(
				r,
				[]string{topic.nl, random.Pick(r, topic.words), topic.nl + " gezocht", "wie weet meer van " + topic.nl},
			),
		)
	case mailListTalk:
		return random.Pick(r, []string{"Verslag bijeenkomst ", "Vacature ", "Ter info: ", "Boekje over "}) + topic.nl
	case mailFavour, mailYes, mailNo:
		if m.english {
			return "A small question: " + favours[w.favours[m.ref].what].en
		}
		return "Kleine vraag: " + favours[w.favours[m.ref].what].nl
	case mailReturn:
		x := &w.returns[m.ref]
		if m.english {
			return capital(returnKinds[x.kind].en) + ": " + topic.en
		}
		return capital(returnKinds[x.kind].nl) + ": " + topic.nl
	case mailGift:
		return capital(w.gifts[m.ref].note(lang(m.english)))
	case mailAnnounce:
		return "Gelukkig nieuwjaar van ons bureau"
	case mailInvite:
		return w.title(&w.meetings[m.ref])
	case mailNewsletter:
		return random.Pick(r, []string{"Deze week: ", "Nieuws: ", "Lezen: "}) + topic.nl
	case mailRobot:
		return random.Pick(r, []string{
			"Uw reis van morgen", "Factuur beschikbaar", "Herinnering", "Bezorgstatus van uw bericht",
			"Toner bijna leeg",
		})
	case mailSpam:
		return random.Pick(r, []string{"U heeft gewonnen!!!", "RE: your transfer", "Laatste kans: 70% korting"})
	}
	return fill(r, random.Pick(r, ph.subject), m.topic, m.english)
}

func lang(inEnglish bool) string {
	if inEnglish {
		return "en"
	}
	return "nl"
}

// body is the text of a mail, with the lines of the message it answers when that is quoted.
func (w *world) body(m *mail) string {
	r := random.Stream(w.seed, "body", m.thread, m.seq)
	ph := phrasesOf(m.english)
	topic := &topics[m.topic]
	var b strings.Builder
	line := func(s string) { b.WriteString(s); b.WriteByte('\n') }
	switch m.kind {
	case mailNewsletter:
		line("In dit nummer: " + topic.nl + ", " + strings.Join(topic.words, ", ") + ".")
		line("Afmelden kan met de knop onderaan.")
		return b.String()
	case mailRobot:
		line("Dit bericht is automatisch verzonden. U kunt er niet op antwoorden.")
		return b.String()
	case mailSpam:
		line("Klik nu! http://prijs-nu.invalid/")
		line("From here on everything is free.")
		return b.String()
	case mailAway:
		line("Ik ben afwezig en lees mijn mail niet. Bij haast: bel het algemene nummer.")
		return b.String()
	}
	hello := random.Pick(r, ph.hello)
	to := "allen"
	if m.english {
		to = "all"
	}
	if len(m.to) == 1 {
		to = w.people[m.to[0]].Given
	}
	line(capital(strings.ReplaceAll(hello, "{n}", to)))
	line("")
	switch m.kind {
	case mailListTalk:
		if m.parent >= 0 {
			line(random.Pick(r, []string{
				"Dank voor het delen.", "Mooi verslag.", "Ik was erbij, leuk om terug te lezen.", "Zet ik door.",
			}))
		} else {
			line(
				fill(
					r,
					random.Pick(r, []string{"Het verslag over {t} staat op de site.", "Bij ons staat een plek open " +
						"voor iemand met {w}.", "Dit stuk over {w} is het lezen waard."}),
					m.topic,
					false,
				),
			)
		}
	case mailAsk:
		line(topic.asks[w.asks[m.ref].text])
		line(
			fill(
				r,
				random.Pick(r, []string{"Het gaat om {w} voor een kleine organisatie in {c}.", "Graag voor het eind " +
					"van de maand, met {w}.", "Voorbeelden met {w} zijn ook welkom."}),
				m.topic,
				false,
			),
		)
	case mailAnswer:
		if w.people[max(0, m.from)].skill(m.topic) > 0 {
			line(fill(r, random.Pick(r, []string{
				"Dit heb ik vaker gedaan: begin met {w} en houd het klein.",
				"Ik stuur je mijn aanpak voor {t}; let vooral op {w}.",
				"Vorig jaar deden wij {t} zo, met {w}. Bel gerust.",
			}), m.topic, false))
		} else {
			line(fill(r, random.Pick(r, []string{
				"Ik weet het niet, maar ben benieuwd naar de antwoorden over {w}.", "Goede vraag, ik zoek hetzelfde.",
			}), m.topic, false))
		}
	case mailFavour:
		f := &favours[w.favours[m.ref].what]
		if m.english {
			line("May I ask you for " + f.en + "? A no is fine too.")
		} else {
			line("Mag ik je vragen om " + f.nl + "? Nee zeggen mag ook.")
		}
	case mailYes:
		line(ph.yes)
	case mailNo:
		line(ph.no)
	case mailThanks:
		line(ph.thanks)
		if m.parent < 0 {
			line(w.praised[m.ref].text(lang(m.english)))
		}
	case mailReturn:
		line(fill(r, ph.comeback, m.topic, m.english))
		if x := &w.returns[m.ref]; x.told {
			through := w.people[x.path[0]].Write(cast.Usual)
			if m.english {
				line("I have your name from " + through + ".")
			} else {
				line("Ik heb je naam van " + through + ".")
			}
		}
	case mailGift:
		line(fill(r, ph.gift, m.topic, m.english))
		line("https://kennisbank.example/" + topic.link)
	case mailInvite:
		line(fill(r, ph.invite, m.topic, m.english))
	case mailAnnounce:
		line("Een goed en helder nieuw jaar! In januari delen we onze gids over " + topic.nl + " met iedereen.")
	case mailReply:
		line(fill(r, random.Pick(r, ph.reply), m.topic, m.english))
		if r.Chance(0.3) {
			line(fill(r, random.Pick(r, ph.talk), m.topic, m.english))
		}
	default:
		line(fill(r, random.Pick(r, ph.talk), m.topic, m.english))
		if r.Chance(0.6) {
			line(fill(r, random.Pick(r, ph.talk), m.topic, m.english))
		}
	}
	line("")
	line(random.Pick(r, ph.bye))
	line(w.people[max(0, m.from)].Given)
	if m.from >= 0 && !m.personal && m.seq == 0 && r.Chance(0.6) {
		p := &w.people[m.from]
		if j := p.current(); j != nil {
			line("-- ")
			line(p.Write(cast.Usual))
			line(capital(j.title) + " | " + w.orgs[j.org].name)
			line("T " + p.number(p.id))
		}
	}
	if m.parent >= 0 && r.Chance(0.35) {
		line("")
		if m.english {
			line("> " + fill(r, random.Pick(r, ph.talk), m.topic, true))
		} else {
			line("> " + fill(r, random.Pick(r, ph.talk), m.topic, false))
			line("> Groet")
		}
	}
	return b.String()
}
