package table

import (
	"strings"

	"gave.network/internal/intake/read"
	"gave.network/internal/text"
)

// Field is something that a column of a table of contacts can mean.
type Field struct {
	Name  string // stable, as mappings name it: "email"
	Title string // for people: "mail address"
}

// Fields is everything that a column can be mapped to.
var Fields = []Field{
	{"name", "whole name"},
	{"given", "given name"},
	{"particle", "particle, such as van der"},
	{"family", "family name"},
	{"additional", "middle names"},
	{"prefix", "title before the name"},
	{"suffix", "title after the name"},
	{"nickname", "nickname"},
	{"email", "mail address"},
	{"phone", "telephone number"},
	{"link", "web address or profile"},
	{"organisation", "organisation"},
	{"department", "department"},
	{"title", "role in the organisation"},
	{"place", "city"},
	{"region", "region"},
	{"country", "country"},
	{"tag", "tag or group"},
	{"note", "note"},
	{"birthday", "birthday"},
	{"anniversary", "anniversary"},
	{"manager", "name of the manager"},
	{"manager_email", "mail address of the manager"},
	{"assistant", "name of the assistant"},
	{"spouse", "name of the partner"},
	{"child", "names of the children"},
	{"introduced_by", "name of who introduced them"},
	{"ignore", "nothing: leave the column out"},
}

// IsField says that a field of Fields has this name.
func IsField(name string) bool {
	for _, f := range Fields {
		if f.Name == name {
			return true
		}
	}
	return false
}

// FieldAliases are the names that programs and people give to columns, in English, Dutch and German, as HeaderKey
// writes them and without the words of sideWords.
var FieldAliases = read.AliasTable(map[string]string{
	"name": `name|full name|display name|fullname|displayname|contact|contact name|person|naam|volledige naam|
		weergavenaam|contactpersoon|persoon|deelnemer|gast|participant|attendee|vollstandiger name|anzeigename|
		ansprechpartner|teilnehmer|file as|e mail display name|nom complet|nombre completo|nome completo|nome e cognome|
		naam contactpersoon|kontaktname|nom et prenom|nombre y apellidos|relatie|lid|gastnaam|contactnaam|cliente|
		guest name|attendee name|ticket holder|volledigenaam|person name`,
	"given": `first name|firstname|given name|givenname|given|forename|first|christian name|voornaam|roepnaam|vorname|
		rufname|prenom|nombre|nombre de pila|nome|primeiro nome|fornavn|fornamn|voornamen|doopnaam|person first name|
		attendee first name|guest first name`,
	"particle": `particle|tussenvoegsel|tussenvoegsels|voorvoegsel|voorvoegsels|infix|tussen|name infix|
		namenszusatz|
		tussenv|tussenvgsl|tv|tussenvoegsel s|tussen voegsel|voor voegsel`,
	"family": `last name|lastname|surname|family name|familyname|family|achternaam|familienaam|nachname|familienname|
		zuname|nom|nom de famille|apellido|apellidos|cognome|sobrenome|apelido|etternavn|efternamn|efternavn|
		geslachtsnaam|person last name|attendee last name|guest last name`,
	"additional": `middle name|middle names|middlename|additional name|second name|middelste naam|tweede naam|
		overige voornamen|weitere vornamen|zweiter vorname|deuxieme prenom|segundo nombre`,
	"prefix": `prefix|name prefix|salutation|honorific|aanhef|titulatuur|voorletters titel|anrede|
		civilite|titre de civilite|tratamiento|namenspraefix|namensprafix|aanspreektitel|titulatuur voor|
		titel voor`,
	"suffix": `suffix|name suffix|achtervoegsel|namenssuffix|
		suffixe|sufijo|titel achter|titulatuur achter`,
	"nickname": `nickname|nick name|nick|short name|bijnaam|alias|spitzname|
		surnom|apodo|soprannome|koosnaam|also known as|aka|roepnaam 2`,
	"email": `email|e mail|mail|email address|e mail address|mail address|mailaddress|emailaddress|email adres|
		e mailadres|emailadres|mailadres|e mail adres|email adresse|e mail adresse|mailadresse|emails|e mails|
		e mail value|address email|contact email|courriel|adresse e mail|adresse mail|adresse courriel|
		adresse electronique|adresse de messagerie|correo|correo electronico|direccion de correo electronico|
		direccion de correo|indirizzo e mail|indirizzo email|posta elettronica|endereco de e mail|epost|e post|
		emailaddresses|primary email|secondary email|additional email|additional emails|email addresses|e mail adressen|
		email work|email home|buyer email|attendee email|guest email|contact email address|login email|
		gebruikersnaam e mail`,
	"phone": `phone|telephone|mobile|cell|cell phone|cellphone|mobile phone|mobile number|phone number|telephone number|
		company main phone|tel|telefoon|telefoonnummer|mobiel|mobiele telefoon|mobiel nummer|mobiel telefoonnummer|
		telefoon op|telefoonnr|gsm|gsm nummer|hoofdtelefoon|telefon|telefonnummer|mobil|mobiltelefon|handy|mobilnummer|
		rufnummer|phone value|car phone|hoofdtelefoon bedrijf|telefon firma|phonenumbers|phone numbers|phones|
		mobilephone|homephone|otherphone|businessphone|workphone|phone work|phone home|phone mobile|telephone portable|
		portable|tel portable|numero de telephone|tel mobile|tel bureau|tel domicile|telephone bureau|
		telephone domicile|telephone mobile|telephone fixe|telefono|telefono movil|movil|celular|telefono trabajo|
		telefono particular|telefono casa|numero de telefono|cellulare|telemovel|telefone|mobilnummer privat|
		telefonnummer mobil|mobiltelefonnummer|telefoon 1|telefoon 2|telefoonnummers|telnr|tel nr|mobiele nummer|mob|
		mobiele telefoonnummer|vaste telefoon|vast nummer|doorkiesnummer|whatsapp|whatsapp number|contact phone|
		home telephone|telefoon overdag|telefoon s avonds|06 nummer|company phone`,
	"link": `url|web page|webpage|website|web site|homepage|home page|link|profile|profile url|linkedin|linkedin url|
		linkedin profile|linkedin profiel|public url|web|webpagina|webseite|web seite|site|profiel|profil|internet|
		personal web page|website value|twitter|github|mastodon|x|sites|profiles|link url|linkedin link url|
		linkedin profile url|linkedin url profile|person linkedin url|linkedin member profile|site web|page web|
		sitio web|pagina web|sito web|website url|web site url|url profile|linkedinurl|linkedin profil|xing|facebook|
		instagram|bluesky|linkedin link|x link|persoonlijke website|blog`,
	"organisation": `organisation|organization|company|company name|organisation name|organization name|employer|org|
		bedrijf|bedrijfsnaam|organisatie|werkgever|instelling|firma|firmenname|unternehmen|arbeitgeber|account|
		account name|affiliation|club|societe|entreprise|organisme|employeur|empresa|organizacion|compania|azienda|
		societa|ditta|companies|associated company|associated company name|primary company|company company|account naam|
		accountname|school|organisatienaam|naam organisatie|naam bedrijf|bedrijf naam|current company|current employer|
		parent account|bedrijfs naam|stichting|vereniging|gemeente|arbeitsstelle|company company name|
		person organization`,
	"department": `department|organization department|organisation department|team|division|afdeling|abteilung|
		service|departement|departamento|reparto|sectie|afd|bereich|company department|onderdeel`,
	"title": `job title|jobtitle|position|role|function|occupation|profession|organization title|organisation title|
		functie|functietitel|functieomschrijving|beroep|rol|stelling|berufsbezeichnung|beruf|funktion|rolle|
		titre|poste|fonction|titre professionnel|intitule du poste|cargo|puesto|profesion|qualifica|ruolo|
		functienaam|functie titel|werkfunctie|jobtitel|stellenbezeichnung|dienstgrad|job|current title|
		headline|contact title|profesion u ocupacion|beroep functie|rol functie`,
	"place": `city|town|place|location|residence|address city|locality|plaats|woonplaats|stad|vestigingsplaats|locatie|
		ort|stadt|wohnort|zipcode city|postcode en plaats|postcode plaats|pc plaats|postcode woonplaats|pc woonplaats|
		plz ort|cp ville|ville|localite|commune|ciudad|localidad|poblacion|citta|cidade|mailingcity|mailing city|
		othercity|homecity|gemeente woonplaats|postal city|woonplaatsnaam|plaatsnaam|stadt ort|plz ort|
		postleitzahl und ort|home city|work city|business city|code postal ville|address address city|
		location city|person city`,
	"region": `state|region|province|county|address region|provincie|regio|bundesland|kanton|
		departement region|etat|provincia|estado|mailingstate|mailing state|state province|state region|
		mailing state province|bundesland kanton|etat province|address state|address state region|
		address address state`,
	"country": `country|country region|address country|land|land regio|country code|
		pays|pais|paese|mailingcountry|mailing country|address country region|address address country|
		country name|homecountry|business country region|home country region|landnaam|staat land`,
	"tag": `tag|tags|category|categories|label|labels|group|groups|group membership|list|keywords|categorie|categorieen|
		groep|groepen|labels|trefwoorden|kategorie|kategorien|gruppe|gruppen|stichworter|
		etiquettes|etiquette|etiqueta|etiquetas|groupe|groupes|grupo|grupos|gruppo|schlagworter|lists|
		segments|lijst|lijsten|member tags|contact tags|doelgroep|doelgroepen|libelles`,
	"note": `note|notes|remark|remarks|comment|comments|description|notitie|notities|opmerking|opmerkingen|aantekening|
		aantekeningen|toelichting|notiz|notizen|bemerkung|bemerkungen|anmerkung|kommentar|
		remarque|remarques|commentaire|commentaires|observaciones|nota|notas|notes contact|omschrijving|memo|
		bijzonderheden|dieetwensen|beschreibung|hinweis|hinweise|bio|about|notities contact|background info`,
	"birthday": `birthday|birth date|birthdate|date of birth|dob|born|verjaardag|geboortedatum|geboren|geboortedag|
		geburtstag|geburtsdatum|date de naissance|anniversaire|naissance|fecha de nacimiento|cumpleanos|nacimiento|
		compleanno|data di nascita|data de nascimento|geb datum|geb dat|gebdatum|geboorte datum|geburtsdat|
		fodselsdag`,
	"anniversary": `anniversary|wedding anniversary|gedenkdag|speciale datum|trouwdag|jubileum|jahrestag|hochzeitstag|
		anniversaire de mariage|aniversario|aniversario de boda|wedding date|trouwdatum|huwelijksdatum|
		hochzeitsdatum`,
	"manager": `manager|manager s name|manager name|managers name|boss|supervisor|reports to|line manager|
		leidinggevende|naam manager|baas|naam leidinggevende|chef|rapporteert aan|vorgesetzter|vorgesetzte|
		name des vorgesetzten|name des der vorgesetzten|name vorgesetzter|responsable|superieur|superior|jefe|
		reportsto name|reports to name|reporting to|nom du responsable|manager naam|nombre del administrador|
		direct manager`,
	"manager_email": `manager email|manager e mail|manager mail|manager s email|email manager|e mail manager|
		manager email address|supervisor email|mail leidinggevende|email leidinggevende|e mail leidinggevende`,
	"assistant": `assistant|assistant s name|assistant name|assistants name|secretary|naam assistent|assistent|
		secretaresse|name assistent|name des assistenten|assistant naam|assistante|nom de l assistant|
		nom de l assistante|ayudante|nombre del ayudante|asistente`,
	"spouse": `spouse|partner|spouse name|partner name|husband|wife|echtgenoot|echtgenote|partnernaam|naam partner|
		naam echtgenoot|ehepartner|ehegatte|partnername|lebenspartner|conjoint|conjointe|epoux|conyuge|esposo|esposa|
		pareja|partner naam|ehefrau|ehemann|man|vrouw|partner of spouse`,
	"child": `children|child|kinderen|kind|kinder|
		enfants|hijos|kind naam|child 1|child 2|child 3|children s names|namen kinderen|kinderen namen`,
	"introduced_by": `referred by|introduced by|introduction by|via|met through|recommended by|verwezen door|
		geintroduceerd door|voorgesteld door|aanbevolen door|bekend via|empfohlen von|vorgestellt von|
		weitergeleitet von|recommande par|presente par|referido por|recomendado por|ontmoet via|kent via|gekend via|
		introduced through|intro by|source contact|aangebracht door`,
})

// sideWords say which of several addresses or numbers a column holds; they do not change what it means.
var sideWords = read.WordList(`home work business other primary secondary main private personal direct alternative second
	preferred werk thuis zakelijk zakelijke prive privé anders overig primair secundair tweede algemeen eerste
	geschaftlich privat weitere andere direkt zentrale number nummer
	domicile bureau professionnel professionnelle personnel personnelle prive principal principale autre secondaire
	trabajo casa particular profesional otro otra laboral lavoro altro
	werkadres huisadres privadres thuisadres bezoekadres woonadres postadres del du la
	persoonlijk hoofd beruflich dienstlich primare haupt mobile mobiel mobil additional preferred voorkeur`)

// groupWords stand before what a column means in tables that were made of nested records: Name / First Name, Person -
// Email, properties.phone.
var groupWords = read.WordList(`name names email emails phone phones person persons people contact contacts properties fields
	field record linkedin address addresses xlink x job contactpersoon persoon lead attendee guest member user profile
	mailing company organization main custom deelnemer gast kontakt`)

// leftOut are columns whose names look like a field's and mean something else.
var leftOut = read.WordList(`fax`)

// ColumnField returns what a column of this name means, "" when the name does not say.
func ColumnField(key string) string {
	if field, ok := FieldAliases[key]; ok {
		return field
	}
	var words []string
	for word := range strings.FieldsSeq(key) {
		switch {
		case leftOut[word]:
			return ""
		case sideWords[word], read.IsDigits(word):
		default:
			words = append(words, word)
		}
	}
	if len(words) == 0 {
		return ""
	}
	if field, ok := FieldAliases[strings.Join(words, " ")]; ok {
		return field
	}
	return nestedField(strings.Fields(key))
}

// nestedField leaves out the words of the record that a column lies in. What is said of somebody's company is not said
// of them.
func nestedField(words []string) string {
	if strings.Contains(strings.Join(words, " "), "code") {
		return "" // the code of a country, or of the post
	}
	company := false
	for len(words) > 1 && groupWords[words[0]] {
		company = company || words[0] == "company" || words[0] == "organization"
		words = words[1:]
		var plain []string
		for _, word := range words {
			if !sideWords[word] && !read.IsDigits(word) {
				plain = append(plain, word)
			}
		}
		field := FieldAliases[strings.Join(plain, " ")]
		if field == "" {
			field = FieldAliases[strings.Join(words, " ")]
		}
		switch {
		case field == "":
		case company && (field == "name" || field == "organisation"):
			return "organisation"
		case company && field != "department" && field != "title":
			return ""
		default:
			return field
		}
	}
	return ""
}

// sureByName and the others say how sure a guess is, from 0 to 1.
const (
	sureByName    = 0.95
	SureByContent = 0.7
	SureByShape   = 0.4 // names: two or three words with capitals
)

// GuessMapping guesses what the columns of a table of contacts mean: header -> field of Fields, for the columns for
// which there is a guess, and how sure each guess is, from 0 to 1. It goes by the names of the columns, and for those
// that it does not know by what stands in the sample rows.
func GuessMapping(headers []string, sampleRows [][]string) (mapping map[string]string, confidence map[string]float64) {
	mapping, confidence = map[string]string{}, map[string]float64{}
	keys := HeaderKeys(headers)
	for i, header := range headers {
		if _, seen := mapping[header]; seen || header == "" {
			continue
		}
		if field := ColumnField(keys[i]); field != "" {
			mapping[header], confidence[header] = field, sureByName
		}
	}
	titleMeans(headers, keys, mapping, confidence)
	taken := map[string]bool{}
	for _, field := range mapping {
		taken[field] = true
	}
	for i, header := range headers {
		if _, known := mapping[header]; known || header == "" {
			continue
		}
		field, sure := guessByContent(i, sampleRows)
		if field == "" || field == "name" && (taken["name"] || taken["given"] || taken["family"]) {
			continue
		}
		taken[field] = true
		mapping[header], confidence[header] = field, sure
	}
	return mapping, confidence
}

// titleMeans decides what a column Title holds: a role, and where another column holds that, what stands before the
// name.
func titleMeans(headers, keys []string, mapping map[string]string, confidence map[string]float64) {
	role := false
	for _, field := range mapping {
		role = role || field == "title"
	}
	for i, key := range keys {
		if key != "title" && key != "titel" && key != "titels" && key != "titre" && key != "titulo" {
			continue
		}
		field := "title"
		if role {
			field = "prefix"
		}
		mapping[headers[i]], confidence[headers[i]] = field, sureByName
	}
}

// guessByContent looks at a column's cells in the sample.
func guessByContent(column int, rows [][]string) (field string, sure float64) {
	filled, addresses, links, phones, names := 0, 0, 0, 0, 0
	for _, row := range rows {
		if column >= len(row) {
			continue
		}
		cell := strings.TrimSpace(row[column])
		if cell == "" {
			continue
		}
		filled++
		switch {
		case read.CleanAddress(cell) != "":
			addresses++
		case strings.HasPrefix(cell, "http://"), strings.HasPrefix(cell, "https://"), strings.HasPrefix(cell, "www."):
			links++
		case read.PhoneShape.MatchString(cell) && strings.ContainsAny(cell[:1], "+0("):
			phones++
		case hasNameShape(cell):
			names++
		}
	}
	most := filled*6/10 + 1
	switch {
	case filled == 0:
		return "", 0
	case addresses >= most:
		return "email", SureByContent
	case links >= most:
		return "link", SureByContent
	case phones >= most:
		return "phone", SureByContent
	case names >= most:
		return "name", SureByShape
	}
	return "", 0
}

// hasNameShape says that a text has the shape of a person's name and begins with a known given name.
func hasNameShape(s string) bool {
	words := strings.Fields(s)
	if len(words) < 2 || len(words) > 5 || strings.ContainsAny(s, "0123456789@/:") {
		return false
	}
	return text.IsGivenName(words[0])
}
