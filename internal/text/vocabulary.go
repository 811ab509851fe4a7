package text

// The words of the capture grammar, folded. Dutch and English stand side by side, because lines mix them.

// mediumWords tell how people were in contact.
var mediumWords = func() map[string]string {
	media := make(map[string]string)
	for medium, words := range map[string]string{
		"face": `lunch lunchen lunched geluncht lunchte koffie coffee koffietje borrel borrelen geborreld borreltje diner dinner dineren gedineerd dined gegeten etentje breakfast ontbijt
			ontbeten meeting meet ontmoet ontmoette ontmoeting gezien afspraak vergadering vergaderd overleg overlegd bijeenkomst walk walked wandeling gewandeld wandelen visit visited bezoek
			bezocht drinks drink drankje beer bier biertje tea thee gesproken spoke talked sprak gesprek interview brunch bijgepraat kennismaking kennisgemaakt gespard gebrainstormd sparren sparringsessie
			brainstorm saw feest feestje party workshop training congres conference netwerkborrel barbecue bbq picknick picnic gekletst kletsen ran tegengekomen kwam caught conversation catchup
			bijpraten appointment workshopdag kop netwerkbijeenkomst rondleiding`,
		"video": `video zoom teams videocall videobellen gevideobeld facetime skype webex beeldbellen gebeeldbeld videogesprek hangout zoomcall gezoomd zoomed videomeeting
			teamsoverleg teamsmeeting teamscall beeldbelde`,
		"call":    `call called phone phoned phonecall rang belde gebeld bellen bel telefoon telefoontje telefonisch belletje opgebeld telefoongesprek belafspraak`,
		"message": `message messaged whatsapp whatsappte appte geappt appen appje app dm sms text texted bericht berichtje slack signal telegram chat chatted gechat chatte pinged dmed linkedin`,
		"mail":    `mail mailed email emailed gemaild mailde mailen mailtje e-mail e-mailed e-mailde geemaild emailde`,
	} {
		for word := range wordSet(words) {
			media[word] = medium
		}
	}
	return media
}()

// shyMedia are medium words that mean much else: they count at the start of a statement or next to a person only.
var shyMedia = wordSet(`meet text app signal teams slack saw party workshop training congres conference video phone telefoon linkedin chat ran caught kop interview bel message visit bezoek
	drink tea thee walk mail email call drinks app`)

func mediumOf(t token) (string, bool) {
	if t.kind != wordToken {
		return "", false
	}
	medium, ok := mediumWords[t.word]
	return medium, ok
}

// glue are words that a statement can do without.
var glue = wordSet(`with met and en the de het een a an ik i we wij had heb hebben hebt have was were ook also again weer nog even samen together on mijn my me mij us ons gehad gedaan did een 'n
	is ben just net lekker leuk nice great good goede goed fijn fijne gezellige gezellig gave up caught into kwam tegen out op het the um eh via by per long short lange lang kort korte quick
	snelle snel to aan naar for for voor from van of zijn w/ afgesproken gepland ingepland planned scheduled beloofd gedronken gehouden gemaakt her his haar heeft has together who die plus gegaan geweest went had our onze door by gevoerd telefonisch there er daar`)

var (
	withWords  = wordSet(`with met w/`)
	andWords   = wordSet(`en and & plus + und et`)
	placeWords = wordSet(`at in bij te op near tijdens during @ nabij naast`)
	topicWords = wordSet(
		`about over re regarding inzake betreffende betreft omtrent aangaande concerning ivm mbt i.v.m m.b.t`)
	pronouns = wordSet(`he she they hij zij ze him her them hem haar hen hun`)
	adverbs  = wordSet(
		`net nu now just ook also pas onlangs recently al nog erg heel very really echt already altijd always zelf`)
	planned  = wordSet(`afgesproken gepland ingepland planned scheduled`)
	selves   = wordSet(`me mij us ons`)
	articles = wordSet(`a an the een de het 'n 't`)
	// strongLeads stand right before a person, also before one who is not known yet.
	strongLeads = wordSet(`with met new nieuw nieuwe add contact persoon person ontmoet ontmoette w/ toegevoegd`)
	// weakLeads may stand before a person; a new one must have a usual given name.
	weakLeads = wordSet(`to aan from van via for voor gave gaf given gegeven ask asked vraag vroeg gevraagd introduced introduceerde stelde koppelde bracht connected helped hielp thanked bedankte
		heb had tip feedback dankzij referred recommended sent stuurde shared birthday verjaardag jarig heeft met geholpen bij`)
)

// A predicate is a turn that says something of the person before it.
type predicate struct {
	words []string // in this order, each right behind the one before
	kind  Kind
	fact  string
	tail  string // a word that closes the statement: heeft … nodig
}

var predicates = []predicate{
	{words: []string{"needs"}, kind: KindNeed},
	{words: []string{"need"}, kind: KindNeed},
	{words: []string{"zoekt"}, kind: KindNeed},
	{words: []string{"zoeken"}, kind: KindNeed},
	{words: []string{"seeks"}, kind: KindNeed},
	{words: []string{"wants"}, kind: KindNeed},
	{words: []string{"wil", "graag"}, kind: KindNeed},
	{words: []string{"would", "like"}, kind: KindNeed},
	{words: []string{"is", "looking", "for"}, kind: KindNeed},
	{words: []string{"are", "looking", "for"}, kind: KindNeed},
	{words: []string{"looking", "for"}, kind: KindNeed},
	{words: []string{"looks", "for"}, kind: KindNeed},
	{words: []string{"is", "searching", "for"}, kind: KindNeed},
	{words: []string{"is", "op", "zoek", "naar"}, kind: KindNeed},
	{words: []string{"zijn", "op", "zoek", "naar"}, kind: KindNeed},
	{words: []string{"op", "zoek", "naar"}, kind: KindNeed},
	{words: []string{"could", "use"}, kind: KindNeed},
	{words: []string{"heeft", "behoefte", "aan"}, kind: KindNeed},
	{words: []string{"heeft"}, kind: KindNeed, tail: "nodig"},
	{words: []string{"hebben"}, kind: KindNeed, tail: "nodig"},
	{words: []string{"kan"}, kind: KindNeed, tail: "gebruiken"},
	{words: []string{"likes"}, kind: KindInterest},
	{words: []string{"like"}, kind: KindInterest},
	{words: []string{"loves"}, kind: KindInterest},
	{words: []string{"enjoys"}, kind: KindInterest},
	{words: []string{"is", "into"}, kind: KindInterest},
	{words: []string{"houdt", "van"}, kind: KindInterest},
	{words: []string{"houden", "van"}, kind: KindInterest},
	{words: []string{"is", "gek", "op"}, kind: KindInterest},
	{words: []string{"is", "gek", "van"}, kind: KindInterest},
	{words: []string{"gek", "op"}, kind: KindInterest},
	{words: []string{"is", "dol", "op"}, kind: KindInterest},
	{words: []string{"is", "crazy", "about"}, kind: KindInterest},
	{words: []string{"is", "fond", "of"}, kind: KindInterest},
	{words: []string{"is", "interested", "in"}, kind: KindInterest},
	{words: []string{"are", "interested", "in"}, kind: KindInterest},
	{words: []string{"interested", "in"}, kind: KindInterest},
	{words: []string{"is", "geinteresseerd", "in"}, kind: KindInterest},
	{words: []string{"geinteresseerd", "in"}, kind: KindInterest},
	{words: []string{"heeft", "interesse", "in"}, kind: KindInterest},
	{words: []string{"interesse", "in"}, kind: KindInterest},
	{words: []string{"heeft", "iets", "met"}, kind: KindInterest},
	{words: []string{"is", "fan", "van"}, kind: KindInterest},
	{words: []string{"is", "a", "fan", "of"}, kind: KindInterest},
	{words: []string{"is", "fan", "of"}, kind: KindInterest},
	{words: []string{"vindt"}, kind: KindInterest, tail: "leuk"},
	{words: []string{"vindt"}, kind: KindInterest, tail: "interessant"},
	{words: []string{"vindt"}, kind: KindInterest, tail: "mooi"},
	{words: []string{"works", "at"}, kind: KindFact, fact: "organisation"},
	{words: []string{"works", "for"}, kind: KindFact, fact: "organisation"},
	{words: []string{"works", "as"}, kind: KindFact, fact: "role"},
	{words: []string{"is", "working", "at"}, kind: KindFact, fact: "organisation"},
	{words: []string{"started", "at"}, kind: KindFact, fact: "organisation"},
	{words: []string{"joined"}, kind: KindFact, fact: "organisation"},
	{words: []string{"now", "works", "at"}, kind: KindFact, fact: "organisation"},
	{words: []string{"werkt", "bij"}, kind: KindFact, fact: "organisation"},
	{words: []string{"werken", "bij"}, kind: KindFact, fact: "organisation"},
	{words: []string{"werkt", "nu", "bij"}, kind: KindFact, fact: "organisation"},
	{words: []string{"werkt", "voor"}, kind: KindFact, fact: "organisation"},
	{words: []string{"werkt", "als"}, kind: KindFact, fact: "role"},
	{words: []string{"is", "begonnen", "bij"}, kind: KindFact, fact: "organisation"},
	{words: []string{"begint", "bij"}, kind: KindFact, fact: "organisation"},
	{words: []string{"moved", "to"}, kind: KindFact, fact: "place"},
	{words: []string{"has", "moved", "to"}, kind: KindFact, fact: "place"},
	{words: []string{"is", "moving", "to"}, kind: KindFact, fact: "place"},
	{words: []string{"lives", "in"}, kind: KindFact, fact: "place"},
	{words: []string{"live", "in"}, kind: KindFact, fact: "place"},
	{words: []string{"is", "based", "in"}, kind: KindFact, fact: "place"},
	{words: []string{"woont", "in"}, kind: KindFact, fact: "place"},
	{words: []string{"wonen", "in"}, kind: KindFact, fact: "place"},
	{words: []string{"woont", "nu", "in"}, kind: KindFact, fact: "place"},
	{words: []string{"verhuisde", "naar"}, kind: KindFact, fact: "place"},
	{words: []string{"verhuist", "naar"}, kind: KindFact, fact: "place"},
	{words: []string{"is", "verhuisd", "naar"}, kind: KindFact, fact: "place"},
	{words: []string{"verhuisd", "naar"}, kind: KindFact, fact: "place"},
	{words: []string{"is", "jarig"}, kind: KindFact, fact: "birthday"},
	{words: []string{"is"}, kind: KindFact, fact: "birthday", tail: "jarig"},
	{words: []string{"jarig"}, kind: KindFact, fact: "birthday"},
	{words: []string{"birthday"}, kind: KindFact, fact: "birthday"},
	{words: []string{"bday"}, kind: KindFact, fact: "birthday"},
	{words: []string{"verjaardag"}, kind: KindFact, fact: "birthday"},
	{words: []string{"verjaart"}, kind: KindFact, fact: "birthday"},
	{words: []string{"was", "born"}, kind: KindFact, fact: "birthday"},
	{words: []string{"born"}, kind: KindFact, fact: "birthday"},
	{words: []string{"is", "geboren"}, kind: KindFact, fact: "birthday"},
	{words: []string{"geboren"}, kind: KindFact, fact: "birthday"},
	{words: []string{"tel"}, kind: KindFact, fact: "phone"},
	{words: []string{"mobiel"}, kind: KindFact, fact: "phone"},
	{words: []string{"mobile"}, kind: KindFact, fact: "phone"},
	{words: []string{"phone"}, kind: KindFact, fact: "phone"},
	{words: []string{"telefoon"}, kind: KindFact, fact: "phone"},
	{words: []string{"telefoonnummer"}, kind: KindFact, fact: "phone"},
	{words: []string{"heeft", "nieuw", "nummer"}, kind: KindFact, fact: "phone"},
	{words: []string{"has", "new", "number"}, kind: KindFact, fact: "phone"},
	{words: []string{"nummer"}, kind: KindFact, fact: "phone"},
	{words: []string{"is", "good", "at"}, kind: KindFact, fact: "skill"},
	{words: []string{"is", "goed", "in"}, kind: KindFact, fact: "skill"},
	{words: []string{"knows", "about"}, kind: KindFact, fact: "skill"},
	{words: []string{"weet", "veel", "van"}, kind: KindFact, fact: "skill"},
	{words: []string{"is", "expert", "in"}, kind: KindFact, fact: "skill"},
	{words: []string{"is", "an", "expert", "in"}, kind: KindFact, fact: "skill"},
	{words: []string{"is"}, kind: KindFact, fact: "is"}, // is designer at ACME
	{words: []string{"became"}, kind: KindFact, fact: "is"},
	{words: []string{"werd"}, kind: KindFact, fact: "is"},
}

// predicatesBy finds the predicates that begin with a word, longest first as far as they begin alike.
var predicatesBy = func() map[string][]predicate {
	by := make(map[string][]predicate)
	for _, p := range predicates {
		by[p.words[0]] = append(by[p.words[0]], p)
	}
	return by
}()

var (
	gaveWords  = wordSet(`gave given give gaf gegeven geef geven gegund`)
	sentWords  = wordSet(`shared gedeeld deelde sent stuurde gestuurd doorgestuurd forwarded`)
	timeWords  = wordSet(`helped hielp geholpen hielpen help`)
	referWords = wordSet(`referred recommended aanbevolen doorverwezen verwees beval verwezen`)
	gotWords   = wordSet(
		`binnen binnengehaald binnengekregen got received landed kreeg gekregen ontving ontvangen gotten krijgt kregen`)
	askWords = wordSet(`ask asked vraag vroeg gevraagd vragen`)
	everyone = wordSet(`everyone everybody all iedereen allen`)
	// participles close a Dutch statement, behind what was given or came in.
	participles = wordSet(`binnen binnengehaald binnengekregen gegeven gestuurd gedeeld doorgestuurd gekregen ontvangen geholpen voorgesteld gebracht gekoppeld geintroduceerd aanbevolen doorverwezen gevraagd verwezen`)
	// introWords tell of two people being brought together.
	introWords = wordSet(`introduced introduce introducing voorgesteld stelde introduceerde geintroduceerd gekoppeld koppelde connected intro introductie introduction bracht gebracht`)
)

// giftNouns tell the kind of a gift.
var giftNouns = nounKinds(map[string]string{
	"knowledge": "article artikel link kennis knowledge uitleg explanation advies advice guide handleiding blog " +
		"uitgelegd explained paper rapport report onderzoek research podcast video",
	"introduction": "introduction intro introductie contact",
	"time":         "time tijd hulp help uur",
	"tip":          "tip tips tipje lead idee idea suggestie suggestion",
	"resource": "template sjabloon tool book boek document bestand file checklist presentatie slides foto photo " +
		"fotos photos materiaal ruimte kamer spullen geld tickets kaartjes kaartje ticket",
	"feedback": "feedback review commentaar meegelezen proofread reactie tegengelezen",
	"visibility": "shoutout shout-out vermelding mention podium repost reposted retweet geretweet promotie promotion " +
		"like",
	"referral": "referral aanbeveling recommendation verwijzing doorverwijzing",
})

// returnNouns tell the kind of what came in.
var returnNouns = nounKinds(map[string]string{
	"job": "job baan opdracht opdrachten assignment project klus contract werk work klant client customer " +
		"order offerte aanvraag gig deal",
	"booking": "booking boeking reservering lezing optreden spreekbeurt talk speech invitation uitnodiging " +
		"workshop",
	"collaboration": "collaboration samenwerking partnership partnerschap cooperation",
	"tip":           "tip tips advies advice lead hulp help idee idea feedback",
	"introduction":  "introduction intro introductie contact",
})

func nounKinds(lists map[string]string) map[string]string {
	kinds := make(map[string]string)
	for kind, words := range lists {
		for word := range wordSet(words) {
			kinds[word] = kind
		}
	}
	return kinds
}
