// Package cast has the names, places and work of people who are made up.
package cast

// Common names, by where they are at home. Families are drawn from one list and given names mostly from the same, as in
// any Dutch town. No list comes from a register of people; each combination is made by chance.
type stock struct {
	share   float64 // of the people
	women   []string
	men     []string
	family  []string // with the particle in front where the name has one
	english bool     // writes English
}

var stocks = []stock{
	{share: 0.76, women: []string{
		"Anna", "Anneke", "Annemarie", "Anouk", "Astrid", "Barbara", "Birgit", "Brechtje", "Carla", "Caroline",
		"Christel", "Claudia", "Daphne", "Elise", "Ellen", "Els",
		"Emma", "Esther", "Eva", "Femke", "Fleur", "Floor", "Froukje", "Geertje", "Gerda", "Hanneke", "Heleen",
		"Henriëtte", "Hilde", "Ilse", "Inge", "Ingrid", "Irene",
		"Iris", "Jacqueline", "Janneke", "Jantien", "Jeannette", "Jolanda", "Josine", "Judith", "Julia", "Karin",
		"Katja", "Kim", "Laura", "Lieke", "Lies", "Linda", "Lisa",
		"Lonneke", "Lotte", "Maaike", "Maartje", "Madelief", "Margriet", "Marieke", "Marijke", "Marit", "Marjan",
		"Marleen", "Martine", "Merel", "Mieke", "Miranda", "Mirjam",
		"Monique", "Nienke", "Nicole", "Noor", "Paula", "Petra", "Renate", "Renée", "Roos", "Rosalie", "Sandra",
		"Sanne", "Saskia", "Sietske", "Simone", "Sofie", "Suzanne",
		"Sylvia", "Tessa", "Tineke", "Trudy", "Veerle", "Vera", "Wendy", "Wieke", "Willemijn", "Wilma", "Yvonne", "Zoë",
	}, men: []string{
		"Aart", "Adriaan", "André", "Arie", "Arjan", "Arnold", "Bart", "Bas", "Bastiaan", "Ben", "Berend", "Bram",
		"Casper", "Chris", "Christiaan", "Coen", "Daan", "David",
		"Dennis", "Diederik", "Dirk", "Douwe", "Eelco", "Erik", "Erwin", "Ferdinand", "Floris", "Frank", "Freek",
		"Frits", "Gerard", "Gerben", "Gijs", "Guus", "Hans", "Harm",
		"Hein", "Henk", "Hugo", "Ivo", "Jaap", "Jan", "Jan-Willem", "Jasper", "Jelle", "Jeroen", "Jesse", "Joep",
		"Johan", "Joost", "Joris", "Jurriaan", "Kees", "Koen", "Lars",
		"Leon", "Lex", "Luuk", "Maarten", "Marcel", "Marco", "Mark", "Martijn", "Mathijs", "Menno", "Michiel", "Niels",
		"Onno", "Paul", "Peter", "Pieter", "Reinier", "Remco",
		"René", "Rik", "Rob", "Roel", "Ron", "Ruben", "Rutger", "Sander", "Sebastiaan", "Sjoerd", "Steven", "Stijn",
		"Theo", "Thijs", "Tijmen", "Tim", "Tom", "Victor", "Vincent", "Wessel", "Willem", "Wim", "Wouter", "Yannick",
	}, family: []string{
		"de Jong", "Jansen", "de Vries", "van den Berg", "van Dijk", "Bakker", "Janssen", "Visser", "Smit", "Meijer",
		"de Boer", "Mulder", "de Groot", "Bos", "Vos", "Peters",
		"Hendriks", "van Leeuwen", "Dekker", "Brouwer", "de Wit", "Dijkstra", "Smits", "de Graaf", "van der Meer",
		"van der Linden", "Kok", "Jacobs", "de Haan", "Vermeulen",
		"van den Heuvel", "van der Veen", "van den Broek", "de Bruijn", "de Bruin", "van der Heijden", "Schouten",
		"van Beek", "Willems", "van Vliet", "van de Ven", "Hoekstra",
		"Maas", "Verhoeven", "Koster", "van Dam", "van der Wal", "Prins", "Blom", "Huisman", "Peeters", "de Jonge",
		"Kuipers", "van Veen", "Post", "Kramer", "van der Velde",
		"Veenstra", "van den Bosch", "Gerritsen", "Scholten", "van Wijk", "Postma", "Martens", "Vink", "de Ruiter",
		"Timmermans", "Groen", "Gerrits", "Jonker", "van Loon",
		"Boer", "van der Laan", "van Dongen", "Molenaar", "van den Brink", "Willemsen", "de Lange", "Driessen", "Evers",
		"Bosman", "van Rijn", "Hermans", "Verbeek", "van Es",
		"in 't Veld", "op den Kamp", "ter Horst", "ten Brinke", "van 't Hof", "te Velde", "van der Zee",
		"uit den Boogaard", "Wolters", "Zijlstra", "Rietveld", "Terpstra",
		"van de Pol", "Bijlsma", "Bruinsma", "Haverkamp", "Nijhuis", "Oosterhuis", "Roelofs", "Slagter", "Tuinstra",
		"Wieringa", "Ketelaar", "van Oirschot", "Duivenvoorden",
	}},
	{
		share: 0.06, women: []string{
			"Ayşe", "Elif", "Esra", "Fatma", "Gül", "Hatice", "Leyla", "Meryem", "Özlem", "Seda", "Selin", "Zeynep",
		},
		men: []string{
			"Ahmet", "Ali", "Burak", "Can", "Emre", "Hakan", "İbrahim", "Kerem", "Mehmet", "Murat", "Mustafa", "Serkan",
		},
		family: []string{
			"Yılmaz", "Kaya", "Demir", "Çelik", "Şahin", "Yıldız", "Öztürk", "Aydın", "Arslan", "Doğan", "Kılıç",
			"Aslan", "Çetin", "Kara", "Koç",
		},
	},
	{
		share: 0.06, women: []string{
			"Amina", "Fatima", "Hafsa", "Imane", "Karima", "Khadija", "Latifa", "Loubna", "Naima", "Nora",
			"Samira", "Yasmina",
		},
		men: []string{
			"Abdel", "Bilal", "Hamza", "Hassan", "Ismail", "Karim", "Khalid", "Mohamed", "Nordin", "Rachid",
			"Said", "Youssef",
		},
		family: []string{
			"El Amrani", "Bouzid", "El Idrissi", "Benali", "Aziz", "Haddad", "El Yaakoubi", "Bakkali", "Ouali",
			"Ben Said", "Tahiri", "El Khatib", "Mansouri", "Chakir",
		},
	},
	{
		share: 0.05, women: []string{
			"Cheryl", "Chantal", "Gracia", "Joyce", "Lucia", "Maureen", "Sharda", "Shanti", "Sherida", "Usha",
		},
		men: []string{
			"Dennis", "Glenn", "Humphrey", "Kenneth", "Orlando", "Ricardo", "Rishi", "Roy", "Stanley", "Winston",
		},
		family: []string{
			"Ramdin", "Pinas", "Sewnath", "Jagroep", "Tjon", "Kartosen", "Blokland", "Vrede", "Biharie", "Koorndijk",
			"Mahabier", "Emanuels",
		},
	},
	{
		share: 0.03, english: true,
		women: []string{"Alice", "Claire", "Emily", "Grace", "Hannah", "Rachel", "Sarah", "Victoria"},
		men:   []string{"Andrew", "Daniel", "George", "James", "Oliver", "Simon", "Thomas", "William"},
		family: []string{
			"Walker", "Hughes", "Bennett", "Clarke", "Turner", "Morgan", "O'Neill", "Mitchell", "Reid", "Wright",
		},
	},
	{
		share: 0.02, women: []string{"Anja", "Beate", "Heike", "Katrin", "Sabine", "Ursula"},
		men:    []string{"Dieter", "Jürgen", "Klaus", "Matthias", "Stefan", "Uwe"},
		family: []string{"Müller", "Schneider", "Weiß", "Schröder", "Krüger", "von der Heide", "Hofmann", "Köhler"},
	},
	{
		share: 0.02, english: true, women: []string{"Aurélie", "Chloé", "Hélène", "Margaux", "Sophie"},
		men:    []string{"Antoine", "François", "Jérôme", "Mathieu", "Rémi"},
		family: []string{"Dubois", "Lefèvre", "Moreau", "Girard", "de la Fontaine", "Mercier", "Fournier"},
	},
}

// formal gives the name on the passport for some calling names.
var formal = map[string]string{
	"Hanneke": "Johanna", "Anneke": "Anna", "Jolanda": "Yolanda", "Janneke": "Johanna", "Marieke": "Maria",
	"Marijke": "Maria", "Mieke": "Maria", "Lotte": "Charlotte",
	"Els": "Elisabeth", "Lies": "Elisabeth", "Ellen": "Helena", "Tineke": "Martina", "Trudy": "Geertruida",
	"Gerda": "Gerarda", "Wilma": "Wilhelmina", "Sanne": "Susanna",
	"Femke": "Francisca", "Maaike": "Maria", "Jan": "Johannes", "Hans": "Johannes", "Henk": "Hendrik",
	"Kees": "Cornelis", "Jaap": "Jacob", "Wim": "Willem", "Rob": "Robert",
	"Theo": "Theodorus", "Bas": "Sebastiaan", "Bram": "Abraham", "Bart": "Bartholomeus", "Koen": "Coenraad",
	"Piet": "Petrus", "Joost": "Justus", "Ron": "Ronald", "Tom": "Thomas",
	"Rik": "Hendrik", "Guus": "Augustinus", "Frits": "Frederik", "Gijs": "Gijsbertus", "Thijs": "Mathijs",
	"Joep": "Josephus", "Ben": "Benjamin", "Chris": "Christiaan", "Lex": "Alexander",
}

// second are further given names, for initials.
var second = []string{
	"Maria", "Johannes", "Elisabeth", "Cornelia", "Hendrik", "Wilhelmina", "Petrus", "Jacoba", "Adriana", "Gerardus",
	"Catharina", "Antonius", "Theodora", "Francisca",
}
