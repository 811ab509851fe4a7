package lang_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"gave.network/internal/lang"
)

// sections reads the names of the sections of a language from its files, with whether they are by line.
func sections(t *testing.T, tag string) map[string]string {
	t.Helper()
	all := map[string]string{}
	files, err := filepath.Glob(filepath.Join(tag, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(content)) {
			name, mark, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "["), "]")
			if ok && line[0] == '[' {
				all[strings.TrimSuffix(filepath.Base(file), ".txt")+"/"+name] = strings.TrimSpace(mark)
			}
		}
	}
	return all
}

// Whatever one language has words for, every other has too, or says that it has none.
func TestEveryLanguageHasEverySection(t *testing.T) {
	known := map[string]map[string]string{}
	for _, l := range lang.All() {
		known[l.Tag] = sections(t, l.Tag)
	}
	for _, l := range lang.All() {
		for _, other := range lang.Spoken() {
			for _, name := range slices.Sorted(maps.Keys(known[l.Tag])) {
				mark, ok := known[other.Tag][name]
				list, section, _ := strings.Cut(name, "/")
				switch {
				case !ok:
					t.Errorf("%s has [%s] in %s.txt, and %s has not", l.Tag, section, list, other.Tag)
				case mark != "none" && len(other.Words(list, section)) == 0:
					t.Errorf("%s/%s.txt: [%s] is empty; if that is right, write [%s] none",
						other.Tag, list, section, section)
				}
			}
		}
	}
}

// source walks over the string literals of what the product is made of.
func source(t *testing.T, each func(file, literal string)) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "testdata" || path == filepath.Join("..", "lang")) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
			strings.HasSuffix(path, "_templ.go") {
			return nil
		}
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if text, err := strconv.Unquote(l.Value); err == nil {
					each(filepath.ToSlash(strings.TrimPrefix(path, ".."+string(filepath.Separator))), text)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What no code asks for is not kept.
func TestEverySectionIsUsed(t *testing.T) {
	said := map[string]bool{}
	source(t, func(_, literal string) { said[literal] = true })
	for name := range sections(t, lang.Default) {
		_, section, _ := strings.Cut(name, "/")
		used := said[section]
		for i := range section {
			used = used || section[i] == '.' && said[section[:i+1]]
		}
		if family, _, numbered := strings.Cut(section, "."); !used && !(numbered && said[family+".%d"]) {
			t.Errorf("nothing uses [%s]", name)
		}
	}
}

// telltale are words that are Dutch and nothing else.
var telltale = func() map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(`aanbeveling aanbevolen aandelen aangaande aanmelden aanstaande aanvraag achter
		achternaam achtste achttien afdeling afgelopen afgesproken afgestudeerd afmelden afspraak afzender altijd andere
		anderhalf antwoord augustus avond avonds bedankt bedrijf begonnen behoefte belde belletje beloofd bericht
		berichten bestelling bezocht bezoek bijeenkomst bijna binnen binnengehaald binnenkort boekhouding boos borrel
		bracht broer burgemeester daarmee daarnet dagen dankbaar dankzij deelde deelnemers derde deze dezelfde dingen
		dinsdag dochter donderdag doorgestuurd doorverwezen drie een eerder eergisteren eerste eigenaar eindelijk enkele
		etentje februari feestje gaan gebeld geboren gebracht gebruiken gedeeld gedronken gedurende geduldig geen
		geholpen gehouden gekoppeld gekregen geleden gelukkig gemaakt gemaild geschreven gesprek gesproken
		gestuurd gevraagd geweest gewicht gewonnen gezellig gezien gisteren gistermiddag goede goed graag groep groepen
		gunnen halverwege hebben heeft heel helaas herfst hielp houdt huis iedereen iemand ingepland inzake jaar januari
		jarig jij jongstleden juli juni jullie kaartje kantoor kennis kennismaking kerk klant klanten knap koffie komende
		koningsdag kreeg kwam kwartaal kwartier laatste leden lekker leidinggevende lijst maand maandag maanden maart
		maar mailtje medewerker medewerkers meneer mensen mevrouw middag middernacht minuten misschien moeder mogen
		morgen naam naar nabij nacht namens nauwelijks nieuw nieuwe nieuwsbrief niet nodig nooit nummer ochtend oktober
		omdat omtrent onderwerp onlangs ontmoet ontmoeting ontvangen ontvanger onze ooit opdracht opgebeld organisatie
		ouders overleg overmorgen personen persoon prullenbak receptie redactie rondleiding samen samenwerking
		schreef september sinds sjabloon spullen standpunt stelde stemmen stichting stuurde suggestie telefoon
		telefonisch telefoontje terug thuis tijd tijdens toegevoegd trots tussen twaalf twee tweede uiterlijk uitgeroepen
		uitnodiging vader vakbond vanaf vanavond vandaag vanmiddag vanochtend vanwege vereniging vergadering verhuisd
		verhuisde verjaardag verkocht vermelding vertrouwen verwezen verwijderd verzekering vierde vijfde volgende
		volledig voorbeeld voorgesteld voorjaar voorletters voornaam voorstellen vorig vorige vraag vragen vriend
		vriendin vrienden vrijdag vroeg wandeling wanneer waarom week weken welke werkt woensdag woont woonplaats zaal
		zaterdag ziek zijn zoek zoekt zomer zondag zonder zus`) {
		if word != "week" && word != "september" && word != "augustus" && word != "broer" {
			all[word] = true
		}
	}
	return all
}()

// Words of a language stand in its folder and in no Go file.
func TestNoGoFileHoldsWordsOfALanguage(t *testing.T) {
	found := map[string]map[string]bool{}
	source(t, func(file, literal string) {
		apart := func(r rune) bool { return !unicode.IsLetter(r) }
		for word := range strings.FieldsFuncSeq(strings.ToLower(literal), apart) {
			if telltale[word] {
				if found[file] == nil {
					found[file] = map[string]bool{}
				}
				found[file][word] = true
			}
		}
	})
	for _, file := range slices.Sorted(maps.Keys(found)) {
		t.Errorf("%s holds %v", file, slices.Sorted(maps.Keys(found[file])))
	}
}
