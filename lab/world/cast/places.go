package cast

type city struct {
	Name   string
	Weight float64
	lat    float64
	lon    float64
}

var Cities = []city{
	{"Utrecht", 18, 52.09, 5.12},
	{"Amsterdam", 14, 52.37, 4.90},
	{"Rotterdam", 9, 51.92, 4.48},
	{"Den Haag", 9, 52.08, 4.31},
	{"Amersfoort", 6, 52.16, 5.39},
	{"Eindhoven", 4, 51.44, 5.47},
	{"Groningen", 4, 53.22, 6.57},
	{"Nijmegen", 4, 51.84, 5.86},
	{"Arnhem", 4, 51.98, 5.91},
	{"Zwolle", 3, 52.52, 6.08},
	{"'s-Hertogenbosch", 3, 51.69, 5.30},
	{"Haarlem", 3, 52.38, 4.64},
	{"Leiden", 3, 52.16, 4.49},
	{"Tilburg", 2, 51.56, 5.09},
	{"Breda", 2, 51.59, 4.78},
	{"Delft", 2, 52.01, 4.36},
	{"Leeuwarden", 2, 53.20, 5.79},
	{"Maastricht", 2, 50.85, 5.69},
	{"Deventer", 2, 52.25, 6.16},
	{"Middelburg", 1, 51.50, 3.61},
	{"Antwerpen", 1, 51.22, 4.40},
	{"Gent", 1, 51.05, 3.72},
	{"London", 1, 51.51, -0.13},
	{"Berlin", 1, 52.52, 13.40},
}

type sector struct {
	Key    string
	Prefix []string // kinds of organisation
}

var Sectors = []sector{
	{"overheid", []string{"Gemeente", "Waterschap", "Omgevingsdienst", "Provincie"}},
	{"zorg", []string{"Zorggroep", "Ziekenhuis", "Stichting Zorg", "GGZ"}},
	{"onderwijs", []string{"Hogeschool", "Scholengroep", "Academie", "College"}},
	{"cultuur", []string{"Museum", "Theater", "Festival", "Bibliotheek"}},
	{"wonen", []string{"Woningcorporatie", "Woonstichting", "Makelaars", "Architecten"}},
	{"energie", []string{"Energie", "Netbeheer", "Coöperatie", "Warmtebedrijf"}},
	{"techniek", []string{"Software", "Data", "Techniek", "Ingenieurs"}},
	{"media", []string{"Uitgeverij", "Omroep", "Studio", "Redactie"}},
	{"goede doelen", []string{"Stichting", "Fonds", "Vereniging", "Natuurfonds"}},
	{"creatief", []string{"Bureau", "Ontwerpbureau", "Drukkerij", "Tekstbureau"}},
	{"handel", []string{"Groothandel", "Coöperatie", "Winkels", "Handelshuis"}},
	{"vervoer", []string{"Vervoer", "Logistiek", "Havenbedrijf", "Fietsen"}},
}

// Second words of organisations: invented places, water, trees and light, so that no real one is meant.
var OrgWords = []string{
	"Maasdal", "Waterstad", "De Linde", "Groene Oever", "Helder", "Noorderlicht", "Zuiderzand", "Veldwijk", "Hoogdijk",
	"Rivierenrand", "De Ooievaar", "Zilvermeeuw", "Kompas",
	"De Bron", "Lindewaard", "Polderrijk", "Westerkade", "Oosterveen", "De Schakel", "Het Anker", "Molenbeek",
	"Duinrand", "Heidebloem", "De Wissel", "Kastanjehof", "Zonneveld",
	"Meerzicht", "Broekland", "De Brug", "Parelgras", "Roerdal", "Steenwaard", "Vuurtoren", "Waterlinie", "Wilgenhof",
	"Winterswaard", "De Kade", "Kruispunt", "Lichtstad", "Nieuwland",
}

// Levels run from the floor to the top.
var Levels = []string{"uitvoerend", "specialist", "senior", "manager", "directie"}

var Titles = [][]string{
	{
		"medewerker receptie", "communicatiemedewerker", "planner", "bureauassistent", "webredacteur",
		"management assistant",
	},
	{
		"communicatieadviseur", "tekstschrijver", "grafisch ontwerper", "contentmaker", "beleidsmedewerker",
		"social media specialist", "fotograaf",
	},
	{
		"senior communicatieadviseur", "woordvoerder", "projectleider", "strategisch adviseur", "eindredacteur",
		"art director",
	},
	{"hoofd communicatie", "manager marketing", "teamleider", "programmamanager", "afdelingshoofd"},
	{"directeur", "bestuurder", "wethouder", "algemeen directeur", "eigenaar"},
}

var Disciplines = []string{
	"communicatie", "ontwerp", "tekst", "beleid", "techniek", "financiën", "recht", "personeel", "marketing",
	"journalistiek",
}

var Departments = []string{
	"Communicatie", "Ontwerp", "Redactie", "Strategie", "Bedrijfsvoering", "Digitaal", "Personeel", "Planning",
}
