package world

// A topic is a subject of the profession: what people are good at, ask about, give and like.
type topic struct {
	key   string   // stable, used in the truth file
	nl    string   // the usual words for it
	en    string   //
	words []string // Dutch words that go with it
	asks  []string // questions about it, as they stand in a mail
	link  string   // path of a free resource about it
}

var topics = []topic{
	{
		"tone-of-voice", "tone of voice", "tone of voice",
		[]string{"schrijfstijl", "merkstem", "aanspreekvorm", "stijlgids"},
		[]string{
			"Wie heeft een goed voorbeeld van een schrijfwijzer met tone of voice?",
			"Hoe krijgen jullie collega's mee in een nieuwe schrijfstijl, met u of je?",
		},
		"tone-of-voice-gids",
	},
	{
		"crisiscommunicatie", "crisiscommunicatie", "crisis communication",
		[]string{"crisis", "persbericht", "woordvoerder", "draaiboek"},
		[]string{
			"Wie heeft een draaiboek crisiscommunicatie dat ook buiten kantooruren werkt?",
			"Hoe oefenen jullie een crisis met woordvoering en omgevingsanalyse?",
		},
		"crisisdraaiboek",
	},
	{
		"typografie", "typografie", "typography",
		[]string{"lettertype", "leesbaarheid", "huisletter", "zetwerk"},
		[]string{
			"Welk lettertype is goed leesbaar op scherm en in druk?",
			"Wie weet een typograaf die een huisletter kan uitbreiden met Turkse tekens?",
		},
		"letters-die-lezen",
	},
	{
		"toegankelijkheid", "digitale toegankelijkheid", "web accessibility",
		[]string{"schermlezer", "contrast", "ondertiteling", "WCAG"},
		[]string{
			"Wie kan onze site toetsen op toegankelijkheid met een schermlezer?",
			"Hoe maken jullie pdf's toegankelijk volgens WCAG zonder dubbel werk?",
		},
		"toegankelijke-pdf",
	},
	{
		"nieuwsbrieven", "nieuwsbrieven", "newsletters",
		[]string{"abonnees", "onderwerpregel", "open rate", "verzending"},
		[]string{
			"Met welk pakket versturen jullie nieuwsbrieven zonder dat abonnees gevolgd worden?",
			"Hoe schrijf je een onderwerpregel die niet als reclame klinkt?",
		},
		"nieuwsbrief-zonder-volgen",
	},
	{"podcast", "podcasts maken", "podcasting", []string{"microfoon", "montage", "aflevering", "geluid"}, []string{
		"Welke microfoon raden jullie aan voor een podcast op kantoor?",
		"Wie kan drie afleveringen monteren voor een kleine podcast?",
	}, "podcast-in-een-dag"},
	{"fotografie", "fotografie", "photography", []string{"fotograaf", "portretten", "beeldbank", "camera"}, []string{
		"Wie kent een fotograaf voor portretten van onze vrijwilligers?",
		"Hoe richten jullie een beeldbank in met toestemming van mensen op de foto?",
	}, "portret-met-toestemming"},
	{
		"intranet", "intranet", "intranet",
		[]string{"sociaal intranet", "medewerkers", "werkplek", "zoekfunctie"},
		[]string{
			"Wie heeft ervaring met een sociaal intranet voor medewerkers zonder werkplek?",
			"Hoe houden jullie het intranet actueel als niemand eigenaar is?",
		},
		"intranet-leeggeruimd",
	},
	{
		"mediatraining", "mediatraining", "media training",
		[]string{"interview", "camera", "bestuurder", "kernboodschap"},
		[]string{
			"Wie geeft een mediatraining aan een bestuurder die niet voor de camera wil?",
			"Zoek een trainer voor interview en kernboodschap, halve dag.",
		},
		"drie-zinnen-voor-de-camera",
	},
	{"huisstijl", "huisstijl", "brand design", []string{"logo", "merk", "sjabloon", "kleuren"}, []string{
		"Wie heeft een klein ontwerpbureau voor een nieuwe huisstijl met sjablonen?",
		"Hoe voer je een logo in zonder alles tegelijk weg te gooien?",
	}, "huisstijl-op-een-a4"},
	{
		"subsidies", "subsidies aanvragen", "grant writing",
		[]string{"fondsen", "aanvraag", "begroting", "cofinanciering"},
		[]string{
			"Welke fondsen steunen een wijkkrant en wie kan meelezen met de aanvraag?",
			"Wie heeft een begroting voor een subsidie als voorbeeld?",
		},
		"subsidie-in-gewone-taal",
	},
	{"drukwerk", "drukwerk", "print production", []string{"drukker", "papier", "oplage", "proefdruk"}, []string{
		"Welke drukker levert een oplage van 300 op gerecycled papier binnen een week?",
		"Wie kijkt mee naar een proefdruk met steunkleur?",
	}, "papierkiezer"},
	{"video", "video", "video production", []string{"draaien", "montage", "script", "ondertitels"}, []string{
		"Zoek iemand voor draaien en montage van een korte video met ondertitels.",
		"Hoe maak je een script voor een uitlegvideo van een minuut?",
	}, "video-van-een-minuut"},
	{
		"zoekmachines", "vindbaarheid", "search engine optimisation",
		[]string{"zoekmachine", "zoekwoorden", "sitemap", "verwijzingen"},
		[]string{
			"Onze pagina's zakten in de zoekmachine na de verhuizing: wie weet van verwijzingen?",
			"Hoe kiezen jullie zoekwoorden voor een gemeente?",
		},
		"verhuizen-zonder-verlies",
	},
	{
		"evenementen", "evenementen", "event production",
		[]string{"congres", "zaal", "programma", "dagvoorzitter"},
		[]string{
			"Wie weet een dagvoorzitter voor een congres over wonen?",
			"Zoek een zaal voor tachtig mensen met goed geluid en zonder podium.",
		},
		"congres-zonder-sheets",
	},
	{
		"participatie", "participatie", "public participation",
		[]string{"bewoners", "inspraak", "wijkavond", "omgevingswet"},
		[]string{
			"Hoe bereik je bewoners die nooit naar een inspraakavond komen?",
			"Wie heeft ervaring met een loting voor een burgerberaad?",
		},
		"wijkavond-kaartspel",
	},
	{
		"infographics", "infographics", "information design",
		[]string{"datavisualisatie", "grafiek", "cijfers", "kaart"},
		[]string{
			"Wie tekent infographics van saaie cijfers over energie?",
			"Welke grafiek kies je voor een begroting die ook bewoners begrijpen?",
		},
		"grafiekkiezer",
	},
	{"vertalen", "vertalen", "translation", []string{"vertaler", "Engels", "Turks", "meertalig"}, []string{
		"Zoek een vertaler Nederlands-Turks voor een brief aan bewoners.",
		"Wie kan een jaarverslag naar het Engels vertalen voor vrijdag?",
	}, "meertalige-brief"},
	{"schrijven", "helder schrijven", "plain language", []string{"B1", "brieven", "herschrijven", "redactie"}, []string{
		"Wie heeft een training helder schrijven voor juristen?",
		"Hoe herschrijf je standaardbrieven naar B1 zonder fouten in de wet?",
	}, "brieven-die-landen"},
	{
		"arbeidsmarkt", "arbeidsmarktcommunicatie", "employer branding",
		[]string{"vacature", "werving", "sollicitanten", "werkgever"},
		[]string{
			"Welke vacature trok bij jullie sollicitanten zonder loze woorden?",
			"Wie kan meedenken over werving van verpleegkundigen?",
		},
		"vacature-zonder-spetters",
	},
	{
		"strategie", "communicatiestrategie", "communication strategy",
		[]string{"positionering", "doelgroepen", "kernverhaal", "plan"},
		[]string{
			"Wie heeft een kernverhaal gemaakt met een hele organisatie en is daar tevreden over?",
			"Hoe maak je een communicatieplan dat op één vel past?",
		},
		"plan-op-een-vel",
	},
	{
		"verandering", "verandercommunicatie", "change communication",
		[]string{"reorganisatie", "draagvlak", "leidinggevenden", "fusie"},
		[]string{
			"Hoe vertel je medewerkers over een fusie als nog niet alles zeker is?",
			"Wie heeft leidinggevenden geholpen met gesprekken in een reorganisatie?",
		},
		"fusie-vragen",
	},
	{
		"sociale-media", "sociale media", "social media",
		[]string{"berichten", "reacties", "webcare", "kanalen"},
		[]string{
			"Hoe doen jullie webcare in het weekend met drie mensen?",
			"Wie stopte met een kanaal en durft te vertellen hoe dat ging?",
		},
		"webcare-afspraken",
	},
	{
		"websites", "websites bouwen", "web development",
		[]string{"website", "beheersysteem", "hosting", "snelheid"},
		[]string{
			"Wie bouwt een kleine website die over vijf jaar nog werkt?",
			"Welk beheersysteem raden jullie aan voor redacteuren zonder geduld?",
		},
		"site-zonder-ballast",
	},
	{"privacy", "privacy en AVG", "privacy law", []string{"AVG", "verwerker", "toestemming", "bewaartermijn"}, []string{
		"Wie weet of een gastenlijst met foto's mag volgens de AVG?",
		"Heeft iemand een voorbeeld van een verwerkersovereenkomst in gewone taal?",
	}, "avg-voor-redacties"},
	{"offertes", "offertes en tarieven", "pricing", []string{
		"uurtarief", "offerte", "inkoop", "aanbesteding",
	}, []string{
		"Wat vragen jullie als uurtarief voor eindredactie?", "Wie kijkt mee met een offerte voor een aanbesteding?",
	}, "offerte-in-drie-delen"},
	{"illustratie", "illustratie", "illustration", []string{"tekenaar", "schets", "strip", "beeldverhaal"}, []string{
		"Zoek een tekenaar die tijdens een bijeenkomst live schetst.",
		"Wie maakte een beeldverhaal over schulden en met wie?",
	}, "strip-briefing"},
	{
		"spreken", "spreken en presenteren", "public speaking",
		[]string{"speech", "presentatie", "publiek", "zenuwen"},
		[]string{
			"Wie schrijft een speech voor een wethouder die kort wil zijn?",
			"Tips tegen zenuwen bij een presentatie voor tweehonderd mensen?",
		},
		"speech-van-vier-minuten",
	},
	{
		"data", "data en onderzoek", "audience research",
		[]string{"enquête", "cijfers", "lezersonderzoek", "steekproef"},
		[]string{
			"Wie helpt met een lezersonderzoek met een kleine steekproef?",
			"Welke vragen stel je in een enquête zonder te sturen?",
		},
		"lezersonderzoek-klein",
	},
	{
		"duurzaamheid", "duurzaamheidsverhalen", "sustainability stories",
		[]string{"klimaat", "verslag", "groene claims", "energie"},
		[]string{
			"Hoe schrijf je over klimaat zonder groene claims die niet kloppen?",
			"Wie maakte een duurzaamheidsverslag dat gelezen werd?",
		},
		"groene-claims-toets",
	},
}

// pastimes are what people like outside work; never health, faith or politics.
var pastimes = []struct{ nl, en string }{
	{"roeien", "rowing"},
	{"zuurdesembrood", "sourdough"},
	{"jazz", "jazz"},
	{"moestuinen", "gardening"},
	{"wielrennen", "cycling"},
	{"koken met vergeten groenten", "old vegetables"},
	{"zeezeilen", "sailing"},
	{"striptekenen", "drawing comics"},
	{"stadswandelingen", "city walks"},
	{"oude kaarten", "old maps"},
	{"vogels kijken", "bird watching"},
	{"koorzang", "choir singing"},
	{"bordspellen", "board games"},
	{"keramiek", "pottery"},
	{"langlaufen", "cross-country skiing"},
	{"films van vroeger", "old films"},
	{"poëzie", "poetry"},
	{"fermenteren", "fermenting"},
	{"houtbewerken", "woodwork"},
	{"schaatsen", "skating"},
}

// wants are needs of daily life. In the place of %s stands a city.
var wants = []struct {
	key, nl, en string
}{
	{"huis", "zoekt appartement in %s", "needs apartment in %s"},
	{"stagiair", "zoekt een stagiair in %s", "needs an intern in %s"},
	{"fiets", "zoekt een tweedehands bakfiets in %s", "needs a second-hand cargo bike in %s"},
	{"werkplek", "zoekt een rustige werkplek in %s", "needs a quiet place to work in %s"},
	{"baan", "zoekt een nieuwe baan in de buurt van %s", "needs a new job near %s"},
	{"aannemer", "zoekt een aannemer voor een dak in %s", "needs a builder for a roof in %s"},
	{"zaal", "zoekt een zaal voor een jubileum in %s", "needs a room for an anniversary in %s"},
	{"boekhouder", "zoekt een boekhouder in %s", "needs an accountant in %s"},
}
