package network

import "strings"

// commonWords are names that are also ordinary words of Dutch, English, German or French: a text is not emptied of them
// because somebody of that name is erased.
var commonWords = wordSet(`
	abel abt adam adel adelaar alba amber angel anker april archer arend art august avond bach bachelor backer baker
	bakker ball banks bar barber baron barry bas bass bauer baum beau becker bell belle ben berg bergen bergman bert
	best bill bird bishop black blank blanc blau bloem bloom blum bob boer bol bond boom boot bos bosch bot bourgeois
	bouwman boulanger bow brand braun brede brink broek broer brook brown brug bruin bruno bush butcher butler buur
	cable camp can carl carpenter castle cat chance charity charpentier chase chef cherry chip christian chuck church
	clay clerk cliff clover coach cole collier cook cooper cops coral cord corn cotton crane crystal curt daan dag
	dahlia daisy dale dam dame dan dawn day dean dekker del den des dick dieu dijk dirk dolly don donker dorp draper
	drew drost duke dunn duval earl east eden eek eerste eigen eik eis elk elm elf else emerald engel ernst esse eve
	ever fair faith fall fay fern fest field finn fischer fish fisher flora florist fontein ford forest forester fort
	fox france francis frank frans freed freeman frei friend fuchs fuller gale garden gardener garnet gast gate gay geel
	gene georgia gerber germain german gift glass glover gold golden good goud grace graf grand grant gray green grey
	groen groot gross grove guy haan haas hall ham hand harbor hard hardy harmony harp hart harry hart hase haus have
	haven hawk hazel heather heel heer heiden hein held helder herder hermit herr herzog heuvel hill hilt hoek hof
	hoffmann holiday holland hollander holly holm holt homme honor hoog hood hook hope hopper horn house hout huis hunt
	hunter huber iris iron ivory ivy jack jade jager jan jansen janssen jasmine jasper jay jean jewel job john jong
	jonge jonker josh joy jude juin jules julia juli july june juni just kaiser kamp kapitein karl kat keizer kelder
	kelly kerk kerr key kind king kirk kit klein klerk knecht knight koch kok kolk koning konig konijn koopman koper
	korn kort koster kraan kramer krans krom kroon kruger kruis kuiper kuhn la laan lamb lamp lance land lane lang lange
	lark laurel laurier law lawn lee leger lehmann lenz leo leonard lieve light lilac lily lin linde linden lion little
	loman long lord love low luck luna maan maas mai maier main major man mann mar marc march mark marsh marshal martin
	mason mast mat may mayer mei meer meester meier melody mercier mercy merle merlin mes meyer midden mie miles mill
	miller min mink misty mol molenaar moll mon monde moon moore moreau morgan morgen moss mulder muller munt mus nacht
	nash nat neef nell nelle neu neumann new noble noel noir noon noord norm north nova nuss oak oda ode olive oliver
	olm ook oost opal oude otter otto page paige palm pan park parker parson pastoor pat patience patrick paul pauw pax
	pearl pen penny pepper perle peter petit piano pierce pierre pik piet piper pit plant ploeg poem polder pollard pool
	poort pope porter post pot potter prak price priest prince pruis prins prudence queen rain ram ran rand ray raven
	reed regen reijn reiter rem reuter rich richter ridder riet ring ritter river rob robin roche rock rode roger roi
	rood roos rose rosemary rot roth roux rouge row roy ruby rue ruis russ rust sage sailor sal salmon salt sam sand
	sandy savage schaap schaefer schafer scherp schild schilder schipper schmidt schmied schneider schoen schoenmaker
	scholar scholten schoon schoonmaker schubert schulz schulze schuster schutte schwarz scott sea see serenity seven
	shepherd sherry short silver simon singer sky sleep slim slot small smed smid smit smith snow sol sommer son spring
	staal stad stan star steen stein stella stem sterk sterling stern stone storm straat strand strong stroom sue summer
	sun sunny swan sweet tailor tak tang tanner tas taylor tegen temple teun thomas thorn tiger tim timmer timmerman tol
	tom tony toon toren trap tree troy true tuin turner tyler ulrich van veen veld ven verhoeven verity vet victor
	victory vijver vink viola violet vis visser vliet vlieger voet vogel vogt vogels volk vonk voor vorst vos vrede
	vries vriend vrij wade wagen wagner wal walk walker walter wang ward water waters way weaver weber weg wegener weide
	weiss well wells west wet wever wheeler white wiel wijk wijn wild will willow win wind winkel winkler winter wise
	wit witte woensdag wolf wolff wood woods woud wright yard yellow young zee zeeman zimmer zimmermann zon zoon zuid
	zwaan zwart`)

func wordSet(list string) map[string]bool {
	out := map[string]bool{}
	for _, word := range strings.Fields(list) {
		out[word] = true
	}
	return out
}
