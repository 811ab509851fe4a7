package boast

import "strings"

// A class is a set of words that do the same work in a sentence, in English and in Dutch. Features speak of classes, so
// that one set of weights serves both languages.
type class int

const (
	first   class = iota // I
	mine                 // my
	object               // me
	we                   // we, our
	you                  // you, your
	third                // he, she, they
	good                 // words of praise
	bad                  // words of trouble
	glad                 // pride, bliss
	reach                // achieving
	past                 // irregular past and participles
	have                 // things one has or buys
	kin                  // the people around one
	very                 // intensifiers
	may                  // wishing, asking, planning
	no                   // negation
	what                 // question words
	told                 // what others say of one
	when                 // moments
	thanks               // thanks, congratulations, credit
	classes              // how many there are
)

// The lists are our own. Each line has English before the bar and Dutch after it.
var lexicon = parse(map[class]string{
	first:  `i i'm i've i'll i'd im ive | ik 'k`,
	mine:   `my mine myself | mijn m'n mezelf mijzelf mij`,
	object: `me | me mij`,
	we:     `we our us we're we've ours | wij we ons onze`,
	you:    `you your you're u ur yours you've you'll yall y'all | jij je jou jouw jullie u uw`,
	third: `he she they him her them his their he's she's they're theirs people someone everyone everybody anyone somebody nobody | hij zij ze hem haar hen hun
		zijn iemand iedereen mensen niemand anderen`,
	good: `good great amazing awesome best better beautiful gorgeous pretty cute hot sexy handsome smart smartest clever brilliant talented strong fit perfect excellent fantastic
		incredible fabulous fine fun funny cool dope lit fire nice lovely wonderful delicious tasty yummy bomb elite legend legendary genius boss king queen winner champion champ pro expert
		skilled gifted fast faster sharp sharper sharpest fresh rich successful special unique iconic flawless stunning fly fancy luxury dream impressive outstanding epic sweet solid superb
		savage unstoppable unbeatable killer badass natural visionary exceptional unmatched leading prestigious influential rare largest biggest top | goed goede beste beter geweldig geweldige
		fantastisch fantastische mooi mooie mooiste knap slim slimme slimste talent talentvol sterk sterke perfect uitstekend uitstekende uitzonderlijk uitzonderlijke briljant briljante
		uniek unieke succesvol succes top absolute scherp scherpe scherpste snel sneller snelle creatief creatieve ervaren expert leider visie gave koning kampioen winnaar ijzersterk
		messcherp messcherpe zeldzame zeldzaam ongeëvenaarde feilloos foutloos prestigieuze grootste hoogste jongste enige nummer meeste origineler bijzonder lovende staande koningin`,
	bad: `sad hate hates hated angry mad bad worst worse terrible awful horrible ugly sick tired bored lonely depressed annoying annoyed stupid dumb idiot fail failed failing lost lose losing
		broke broken miss missing cry crying pain hurt hurts hurting fear scared anxious anxiety stress stressed sorry ashamed embarrassed wrong rude disgusting trash sucks suck lazy poor
		unfortunately struggle struggling dead die died dying problem problems sadly shame ruined disappointed confused mistake late ill error | slecht slechte fout fouten sorry helaas jammer
		ziek moe boos verdrietig bang probleem problemen mislukt mislukte kapot storing verkeerde verkeerd zorgen lastig moeilijk spannend twijfel onduidelijk klacht klachten te laat vertraging`,
	glad: `happy proud glad blessed lucky grateful thankful excited thrilled pleased delighted honored honoured chuffed stoked pumped satisfied accomplished confident humbled privileged
		ecstatic pleasure enjoy enjoyed enjoying love loved loving loves joy amazed | trots trotse blij dankbaar vereerd gezegend gelukkig nederig geniet genieten heerlijk versteld zalig tevreden
		vereerde genoten`,
	reach: `won win winning wins beat beats finished finish completed complete graduated graduate passed pass achieved accomplished earned scored nailed crushed killed aced reached record
		promoted promotion hired accepted admitted published launched built created designed finally managed mastered solved fixed saved survived conquered degree award awarded awards medal
		trophy prize ranked selected nominated sold raised offer offered invited featured followers viral sponsored contract deal scholarship certified diploma undefeated championship victory
		succeeded doubled tripled keynote exceeded secured closed named recognised recognized honours success target | gewonnen won winnen gehaald haalde behaald behaalde geslaagd afgestudeerd
		promotie gepromoveerd bereikt gelukt verkocht verkochten bedacht gebouwd gemaakt geschreven opgebouwd gered overtuigde overtuigd genomineerd uitgeroepen benoemd gekozen prijs prijzen
		onderscheiding record uitverkocht verdubbeld verdubbelde verdrievoudigd stegen steeg daalde bespaarde binnengehaald tekende contract opdrachten deal certificering examen cum laude
		score volgers viraal weergaven keynote doel resultaat omzet cijfer partner directeur toegelaten bewezen versloegen`,
	past: `got went did had made took came saw found bought ate drank ran won wrote met gave told knew left felt kept began became brought built caught chose drove flew spent slept taught
		thought wore sold sent led grew held paid put hit beat cut let set been done seen gone taken given written known eaten driven flown worn broken chosen was were | had was werd heb ging
		deed kreeg gaf nam kwam zag vond kocht schreef sprak stond zat liep las hielp bracht begon koos reed vloog mocht moest kon wist hield gegeten gesproken geworden gegaan geweest`,
	have: `bought buy buying ordered order purchased own owns owned car house home apartment phone iphone watch shoes jacket dress bag bags jewelry diamond gold money dollars cash bike truck
		boat bmw mercedes tesla audi porsche rolex gucci nike laptop pc tv camera guitar collection new brand bed vinyl tickets vacation trip hotel flight beach pool garden salary rate
		yacht mansion upgrade setup wardrobe closet office network connections | gekocht kocht huis penthouse auto tesla porsche horloge kantoor directiekamer laptop tarief uurtarief netwerk
		connecties miljoen aandelen uitzicht woning nieuwste nieuw tweede opdrachtgevers agenda vol bezit`,
	kin: `son daughter kid kids child children baby wife husband boyfriend girlfriend bf gf man mom mum mother dad father parents brother sister grandma grandpa nephew niece family friend
		friends bestie team school city country squad crew dog cat students class uncle aunt cousin grandson granddaughter grandparents mama papa bro hubby boys girls puppy department
		minister mayor chief founder agency | zoon dochter kind kinderen man vrouw vriend vriendin vrienden vader moeder broer zus familie team afdeling bureau club minister ministers burgemeester
		hoofdredacteur oprichter stagiairs klas hond powerkoppel`,
	very: `so really very super too absolutely totally literally extremely pretty damn fucking freaking hella way always never ever most quite truly actually definitely honestly simply
		just by far again | zo heel erg echt gewoon absoluut letterlijk altijd nooit ooit veruit wéér weer alweer opnieuw zelfs enorm zeer oprecht eerlijk met afstand`,
	may: `would could should might may can can't cannot couldn't wouldn't shouldn't need needs want wanna wants hope hopes hoping wish wishes gonna gotta will won't let's try trying
		tryna if maybe perhaps wonder wondering please looking could | zou zouden kan kun kunnen kunt wil willen wilt graag misschien als hoop wens zoek zoekt zoeken moet moeten mag mogen zullen
		zal gaan gaat laten`,
	no: `not don't doesn't didn't isn't aren't wasn't weren't no nothing none never won't can't couldn't wouldn't ain't dont cant didnt wont nor without | niet geen niets nooit niemand
		zonder noch`,
	what:   `what why how who where which whose what's who's does | wat waarom hoe wie waar welke wanneer heb kun kan zou`,
	told:   `told said says called calls thinks thought complimented compliment compliments asked noticed liked loves recognized recognised impressed jealous praised thanked approached tell call name named | zeggen zei zegt noemt noemde noemen vroeg vragen roemen gevraagd bellen gewaardeerd luistert luisteren applaus reacties recensie`,
	when:   `today yesterday tonight week weeks month months year years hours hour minutes days morning night weekend since already yet finally just now | vandaag gisteren vanavond vanochtend week weken maand maanden jaar jaren uur dag dagen ochtend nacht weekend sinds al eindelijk net nu inmiddels tegenwoordig kwartaal`,
	thanks: `congrats congratulations thank thanks proud welcome happy birthday well done bravo kudos deserve deserves deserved credit hats | dank bedankt dankzij gefeliciteerd proficiat complimenten petje chapeau hulde verdiend verdient eer knap fijn welkom harte lof`,
})

// parse returns the lists of English and of Dutch.
func parse(lists map[class]string) map[string]*[classes]map[string]bool {
	out := map[string]*[classes]map[string]bool{"en": {}, "nl": {}}
	for c := range classes {
		english, dutch, _ := strings.Cut(lists[c], "|")
		for lang, words := range map[string]string{"en": english, "nl": dutch} {
			set := map[string]bool{}
			for word := range strings.FieldsSeq(words) {
				set[word] = true
			}
			out[lang][c] = set
		}
	}
	return out
}
