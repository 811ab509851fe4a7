// Measures what Gave promises on worlds and archives, and writes docs/quality.md: a section for each part, with where its data come from, what of them
// was never seen, and when and at what revision it was measured. ONLY="tact next" measures these parts; all else in the file stays as it is. WORLDS says on
// how many worlds; make quality runs it.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const worlds = Number(process.env.WORLDS ?? 12);
const only = (process.env.ONLY ?? "").split(/[\s,]+/).filter(Boolean);
const dir = mkdtempSync(join(tmpdir(), "gave-quality-"));
const shared = join("..", "shared", "data");
const gave = (...args) => run("bin/gave", args);
const lab = (...args) => run("bin/gave-lab", args);
const run = (program, args, env = {}) => {
  try {
    return execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, ...env } });
  } catch (failed) {
    if (failed.status === 3) return failed.stdout; // done, some records rejected
    throw failed;
  }
};
const json = (...args) => JSON.parse(gave(...args, "--json"));
const labJSON = (...args) => JSON.parse(lab(...args, "--json"));
const tested = (name, where, env) => run("go", ["test", "-count=1", "-v", "-timeout", "30m", "-run", name, where], env);
let rows = [];
const row = (room, what, measured, beside, aim, met) => {
  rows.push(`| ${room} | ${what} | ${measured} | ${beside} | ${aim} | ${met === undefined ? "–" : met ? "yes" : "**no**"} |`);
  console.log(rows.at(-1));
};
const three = (x) => x.toFixed(3);
const from = (r) => `${three(r.value)} (${three(r.low)} to ${three(r.high)})`;
const wilson = (k, n, z = 1.96) => {
  const middle = (k / n + z * z / 2 / n) / (1 + z * z / n);
  const half = z * Math.sqrt(k / n * (1 - k / n) / n + z * z / 4 / n / n) / (1 + z * z / n);
  return [middle - half, middle + half];
};
const within = (k, n) => `${three(k / n)} (${wilson(k, n).map(three).join(" to ")})`;
// redraw gives a figure of a list with its 95 % interval, by drawing its members again a thousand times.
const redraw = (list, figure) => {
  let state = 1;
  const random = () => (state = state * 48271 % 2147483647) / 2147483647;
  const drawn = Array.from({ length: 1000 }, () => figure(list.map(() => list[Math.floor(random() * list.length)]))).sort((a, b) => a - b);
  return { value: figure(list), low: drawn[25], high: drawn[974] };
};
// inWorlds imports fictional worlds one after the other and asks each.
const inWorlds = (count, ask) => {
  for (let seed = 1; seed <= count; seed++) {
    const files = join(dir, `world${seed}`), data = join(dir, `data${seed}`);
    lab("world", "--people", "250", "--years", "6", "--seed", String(seed), files);
    const me = readFileSync(join(files, "me.txt"), "utf8").trim().split("\n").flatMap((address) => ["--me", address]);
    gave("import", "--data", data, join(files, "files"), ...me);
    gave("capture", "file", "--data", data, join(files, "captures.txt"));
    ask(files, data);
    rmSync(files, { recursive: true }); rmSync(data, { recursive: true });
  }
};
const parts = [];
const part = (name, about, measure) => parts.push({ name, about, measure });

part("give", "Data: fictional worlds, of which the tracer knows the ties that imports see; gifts and returns are planted in ways otherwise than it thinks. Never seen: these worlds (seeds from 5000); the tracer was made on others.", () => {
  const give = labJSON("give", "evaluate", "--worlds", "40", "--ledgers", "25", "--seed", "5000", "--data", join(dir, "none"));
  const none = give.ways.filter((w) => !w.effect);
  for (const w of give.ways.filter((w) => w.effect)) {
    row("give", `true giver-path among the first three, with the ties of the imports, ${w.name}: ${w.returns} planted returns in ${w.ledgers} ledgers of ${give.worlds} worlds`, from(w.top3), `latest gifts to the bringer ${from(w.direct_top3)}, latest gifts ${from(w.recent_top3)}`, "0.75", w.top3.value >= 0.75);
    row("give", `of the same: mean of what is unexplained (in truth ${three(w.truth)})`, from(w.unexplained), `where nothing comes back ${from(none[0].unexplained)}; more than chance is seen in ${from(w.found)}`, "0.25 below where nothing comes back", w.unexplained.value <= none[0].unexplained.value - 0.25);
  }
  for (const w of none) {
    row("give", `mean of what is unexplained, ${w.name}: ${w.ledgers} ledgers of ${give.worlds} worlds`, from(w.unexplained), "a constant, as before, 0.15", "0.7", w.unexplained.value >= 0.7);
    row("give", "of the same: more than chance is seen", from(w.found), "by chance 0.05", "interval below 0.06", w.found.high < 0.06);
  }
});

part("needs", "Data: pairs of a need and an offer, written and judged by one hand, and the occupations of ESCO. Never seen: the half of each that is measured here was not looked at while the words were chosen.", () => {
  // What meets a need: the half of the judged pairs, and of the occupations of ESCO, that was not looked at while the words were chosen.
  const skills = tested("TestJudgedPairs|TestOccupationsOfESCO", "./internal/text/fit");
  {
    const [pairs, fit, found, right, plainFound, plainRight] = skills.match(/unseen: (\d+) pairs, (\d+) fit; found (\d+), right (\d+); words alone found (\d+), right (\d+)/).slice(1).map(Number);
    row("give", `needs and offers told apart, ${pairs} judged pairs, Dutch, English and across, judged and worded by one hand: precision`, within(right, found), `words alone ${three(plainRight / plainFound)}`, "0.9", right >= 0.9 * found);
    row("give", "of the same: recall", within(right, fit), `words alone ${three(plainRight / fit)}`, "0.8", right >= 0.8 * fit);
  }
  const esco = skills.match(/esco half 2: (\d+) occupations; joined (\d+), and (\d+) others, (\d+) of one minor group; words alone joined (\d+), and (\d+) others, (\d+) of/);
  if (esco) {
    const [all, joined, others, alike, plain, plainOthers, plainAlike] = esco.slice(1).map(Number);
    row("give", `the Dutch and the English name of ${all} occupations of ESCO joined, by words that were not taken from it: recall`, within(joined, all), `words alone ${three(plain / all)}`, "better than words alone", joined > plain);
    row("give", "of all pairs of these that are joined, in the same minor group of ISCO: precision", within(joined + alike, joined + others), `words alone ${three((plain + plainAlike) / (plain + plainOthers))}`, "better than words alone", (joined + alike) / (joined + others) > (plain + plainAlike) / (plain + plainOthers));
  }
});

part("capture", "Data: everyday lines, Dutch and English, with what is right. Never seen: the first two rows are what lines by the hand that made the rules gave when they were run for the first time; those of the next ten are by other hands, who had not read the rules, and are what their lines gave at their first run. All were looked at afterwards and the rules mended on them, so that these rows say what the rules did not know then. The rows after these are of the other half of the third hand's lines, of the other third of those by many hands, of a third of 300 lines that the hand that mended the rules wrote before reading them, of a third of those of a community worker, long chatty sentences, and of all of a consultant, mostly English and in a hurry: these were kept back and no rule was mended on them; their totals were seen once or more while the rules were mended on other lines. Wordings are compared with those that each hand listed; what of the wrong only says more than the longest of them stands beside. Where a note is right, it is right whatever words it keeps. The rules of the time when the aim was set, which read 77 of 120 lines rightly and 32 silently wrong then, read 0.44, 0.25 to 0.30, 0.45, 0.34 and 0.27 of the lines of the first, third, many, researcher's and community worker's hands: these lines are harder than those. The cases beside the repository were seen.", () => {
  const first = { lines: 0, right: 0, silently: 0, rightBefore: 0, silentlyBefore: 0 };
  const log = tested("TestLines$", "./internal/capture");
  for (const part of log.matchAll(/(?:fresh|final): of (\d+) lines .*; first (\d+) right, (\d+) .*; before (\d+) right, (\d+)/g)) {
    Object.keys(first).forEach((key, i) => first[key] += Number(part[i + 1]));
  }
  row("capture", `everyday lines fully right, ${first.lines} lines at their first run`, within(first.right, first.lines), `by the rules before ${three(first.rightBefore / first.lines)}`, "105 of 120", first.right / first.lines >= 105 / 120);
  row("capture", "of the same, something wrong stored without a question", within(first.silently, first.lines), `by the rules before ${three(first.silentlyBefore / first.lines)}`, "at most 4 of 120", first.silently / first.lines <= 4 / 120);
  for (const hand of ["another hand", "a third hand", "many hands", "a researcher", "a community worker"]) {
    const [lines, right, silently] = log.match(new RegExp(`${hand}: of (\\d+) lines .*; first (\\d+) right, (\\d+)`)).slice(1).map(Number);
    row("capture", `everyday lines fully right, ${lines} lines by ${hand} at their first run`, within(right, lines), "no other way was run", "105 of 120", right / lines >= 105 / 120);
    row("capture", "of the same, something wrong stored without a question", within(silently, lines), "no other way was run", "at most 4 of 120", silently / lines <= 4 / 120);
  }
  for (const [kept, of] of [["unseen", "by the third hand"], ["kept back", "by many hands"], ["professionals kept back", "of professionals by the hand of the rules"], ["a community worker kept back", "by a community worker"], ["a consultant kept back", "by a consultant, run once,"]]) {
    const [lines, right, silently, rightBefore, silentlyBefore, needless, longer] = log.match(new RegExp(`\\d: ${kept}: of (\\d+) lines (\\d+) right, .*?(\\d+) silently wrong; first .*; before (\\d+) right, (\\d+) silently wrong; (\\d+) of .*; (\\d+) of`)).slice(1).map(Number);
    row("capture", `everyday lines fully right, ${lines} lines ${of} that no rule was mended on`, within(right, lines), `by the rules before ${three(rightBefore / lines)}`, "105 of 120", right / lines >= 105 / 120);
    row("capture", "of the same, something wrong stored without a question", within(silently, lines), `by the rules before ${three(silentlyBefore / lines)}; ${longer} of ${silently} only say more`, "at most 4 of 120", silently / lines <= 4 / 120);
    row("capture", "of the same, asked about although what it offers to keep is right", within(needless, lines), "", "", undefined);
  }
  const cases = join("..", "shared", "cases", "check.py");
  if (existsSync(cases)) {
    const [good, all] = run("python3", [cases, "bin/gave", "--only", "capture"]).match(/(\d+) of (\d+) cases right/).slice(1).map(Number);
    row("capture", `${all} lines after trouble that people had with other programs, all seen before`, within(good, all), "", "", undefined);
  }
});

part("tact", "Data: needs, interests, facts and notes as people write them down, half Dutch, half English, by four hands who had not read the lists of words. Never seen: the first ten rows, of which (but for the two at first sight, of two thirds of which the weights learnt afterwards) neither the words nor the weights learnt anything, though their totals were seen before; what the others gave at first sight stands in docs/goodwill.md.", () => {
  const log = tested("TestUnseenLines", "./internal/tact");
  const unseen = (name) => log.match(new RegExp(`${name}: of (\\d+) delicate lines (\\d+) held back, of (\\d+) innocent (\\d+) let`)).slice(1).map(Number);
  const [fresh, back, plain, through] = unseen("unseen");
  row("tact", `delicate lines kept back that lead to nothing, ${fresh} lines`, within(back, fresh), "by the words alone 0.930, without the gate 0", "all", back === fresh);
  row("tact", `innocent lines kept back that are let through, ${plain} lines`, within(through, plain), "by the words alone 0.950, without the gate 1", "195 of 200", through / plain >= 195 / 200);
  const [hidden, silent, dressed, open] = unseen("roundabout");
  row("tact", `delicate lines by one more hand, half of them roundabout, that lead to nothing, ${hidden} lines`, within(silent, hidden), "by the words alone 0.808, without the gate 0", "all", silent === hidden);
  row("tact", `innocent lines by the same, half of them written to look delicate, that are let through, ${dressed} lines`, within(open, dressed), "by the words alone 0.742, without the gate 1", "195 of 200", open / dressed >= 195 / 200);
  const [rest, still, fine, freed] = log.match(/recruiter: of (\d+) delicate lines (\d+) held back, of (\d+) innocent (\d+) let/).slice(1).map(Number);
  row("tact", "delicate lines by a recruiter that lead to nothing, 200 lines at first sight", within(184, 200), "by the words alone 0.845, without the gate 0", "all", false);
  row("tact", "innocent lines by the same that are let through, 200 lines at first sight", within(181, 200), "by the words alone 0.855, without the gate 1", "195 of 200", false);
  row("tact", `delicate lines of a third of these that was kept back, ${rest} lines`, within(still, rest), "by the words alone 0.924", "all", still === rest);
  row("tact", `innocent lines of the same third that are let through, ${fine} lines`, within(freed, fine), "by the words alone 0.851", "195 of 200", freed / fine >= 195 / 200);
  const [own, kept, harmless, free] = tested("TestProfessionals", "./internal/tact").match(/kept back: of (\d+) delicate lines (\d+) held back, of (\d+) innocent (\d+) let/).slice(1).map(Number);
  row("tact", `delicate lines of professionals kept back, by the hand of the words, that lead to nothing, ${own} lines`, within(kept, own), "by the words alone 0.941", "all", kept === own);
  row("tact", `innocent lines of the same, written to look delicate, that are let through, ${harmless} lines`, within(free, harmless), "by the words alone 0.794", "195 of 200", free / harmless >= 195 / 200);
  const [delicate, held, innocent, passed] = tested("TestAnotherHand", "./internal/tact").match(/of (\d+) delicate lines (\d+) held back, of (\d+) innocent (\d+) let/).slice(1).map(Number);
  row("tact", `delicate lines by other hands that lead to nothing, ${delicate} lines, all seen`, within(held, delicate), "without the gate 0", "all", held === delicate);
  row("tact", `innocent lines by other hands that are let through, ${innocent} lines, all seen`, within(passed, innocent), "without the gate 1", "195 of 200", passed / innocent >= 195 / 200);
});

part("reasons", "Data: requests to ten fictional worlds, and each line that routing names as a reason for somebody, judged by one hand. Never seen: two of the worlds were kept back while the rules were made. What nobody judged counts as false.", () => {
  for (const [, name, given, right, first, firstRight] of tested("TestReasonsAreTrue", "./lab", { GAVE_REASONS: "1" }).matchAll(/(\w+): (\d+) reasons, (\d+) true; (\d+) first reasons, (\d+) true/g)) {
    row("ask", `reasons of the first three that are true, ${name === "seen" ? "worlds that were seen" : "worlds kept back"}, ${given} reasons`, within(Number(right), Number(given)), `the first reason of each ${three(firstRight / first)}`, "95 of 100", right / given >= 0.95);
  }
});

part("identity", "Data: pairs of addresses in four public archives of mail that name, address or neighbourhood brings near each other, judged by a person (docs/identity.md), and two fictional worlds. Never seen: nothing; the rules were made with these at hand, so less is to be expected elsewhere.", () => {
  const log = tested("TestIdentityInRealMail|TestIdentityInAWorld", "./internal/app");
  const [joined, joinedRight, offered, offeredRight, found, same, named, namedRight] = log.match(/(\d+) pairs joined, (\d+) of them right; (\d+) proposed, (\d+) right; (\d+) of (\d+) true pairs found; of the same name (\d+), (\d+) of/).slice(1).map(Number);
  row("people", `one person under two addresses: joined or proposed rightly, ${joined + offered} pairs`, within(joinedRight + offeredRight, joined + offered), `the same whole name ${within(namedRight, named)}`, "0.9", (joinedRight + offeredRight) / (joined + offered) >= 0.9);
  row("people", `of ${same} pairs of one person: found`, within(found, same), `the same whole name ${within(namedRight, same)}`, "0.9 and better than the same name", found >= 0.9 * same && wilson(found, same)[0] > namedRight / same);
  const [offers, precision, hidden, recall] = log.match(/(\d+) proposals, precision ([\d.]+); (\d+) further records to find, recall ([\d.]+)/).slice(1).map(Number);
  row("people", `in two worlds of 250 people: proposals that are right, ${offers} proposals`, within(Math.round(precision * offers), offers), "no other way was run", "", undefined);
  row("people", `of ${hidden} further records of people who are here already: found`, within(Math.round(recall * hidden), hidden), "no other way was run", "", undefined);
});

part("goodwill", "Data: fictional worlds that came in through the importers, whose people decide in another way than Gave thinks (docs/goodwill.md). Each answer is foretold from what was known before it. Never seen: these worlds; the start was chosen on others. What real people answer is under replies, and less well foretold.", () => {
  const interval = ({ value, low, high }) => `${three(value)} (${three(low)} to ${three(high)})`;
  const kind = labJSON("goodwill", "favours", "--worlds", String(worlds), "--data", join(dir, "none"));
  row("goodwill", `Brier score of ${kind.answers} answers in ${kind.worlds} worlds that decide in another way than Gave thinks`, interval(kind.brier), `share of yes before ${interval(kind.brier_rate)}, the person's own share ${interval(kind.brier_own)}; better by ${interval(kind.better)}`, "10 % better", kind.better.value >= 0.1);
  row("goodwill", "AUC of the same", interval(kind.auc), `count of contacts ${interval(kind.auc_contacts)}, recency ${interval(kind.auc_recent)}, own share ${interval(kind.auc_own)}; more than the best by ${interval(kind.gain)}`, "above the best of these", kind.gain.low > 0);
  row("goodwill", "calibration error of the same", three(kind.calibration.calibration_error), "", "below 0.05", kind.calibration.calibration_error < 0.05);
});

part("boast", "Data: tweets in English (Jin et al. 2022), sentences of our own, and two mailing lists, in which nearly nothing boasts. Never seen: the sentences that are called kept back; tweets are cross-validated; the other own sentences were looked at while it was made. docs/boast.md says what the thresholds come from.", () => {
  // The boast check: what its card says, which the tests hold against the data.
  const card = json("praise", "about", "--data", join(dir, "none"));
  for (const m of card.measured) {
    const aim = m.set.startsWith("tweets") ? 0.65 : m.set.startsWith("kept-back") ? 0.88 : m.lang === "nl" ? 0.8 : 0;
    const beside = Object.entries(m.baselines).sort((a, b) => b[1] - a[1]).map(([key, x]) => `${key} ${three(x)}`).join(", ");
    row("praise", `boast check: macro F1 on ${m.sentences} ${m.set}`, `${three(m.macro_f1)} (${three(m.low)} to ${three(m.high)}), precision ${three(m.precision)}`, beside, aim ? String(aim) : "", aim ? m.macro_f1 >= aim : undefined);
  }
  for (const [name, kinds] of [["thanks and plain news", ["thanks", "news"]], ["pride in others", ["others"]]]) {
    const sets = card.plain.filter((set) => kinds.includes(set.set.split(",")[0]));
    const all = sets.reduce((sum, set) => sum + set.sentences, 0), alone = Math.round(sets.reduce((sum, set) => sum + set.sentences * (1 - set.marked), 0));
    row("praise", `boast check: ${name} kept back, nl and en, ${all} sentences by one hand: left alone`, within(alone, all), "marking nothing 1", "0.95", alone / all >= 0.95);
  }
  for (const set of card.plain.filter((set) => !/, (nl|en)$/.test(set.set))) {
    row("praise", `boast check: ${set.sentences} sentences of the list ${set.set}, taken for no boasts: left alone`, within(Math.round(set.sentences * (1 - set.marked)), set.sentences), "marking nothing 1", "0.95", 1 - set.marked >= 0.95);
  }
});

part("teams", "Data: the people and the goals of fictional worlds, asked through the commands. Never seen: nothing was tuned on them. There is no simpler way beside them, so these say how much is there rather than how good the choice is.", () => {
  const teams = { asked: 0, covered: 0, exact: 0, trust: 0 };
  const goals = { items: 0, reached: 0 };
  inWorlds(Math.min(worlds, 4), (files, data) => {
    for (const goal of JSON.parse(readFileSync(join(files, "truth", "truth.json"), "utf8")).goals) {
      const skills = goal.needs.filter((need) => need.kind === "skill");
      for (const need of skills) {
        const reach = json("power", "goal", "add", goal.title, "--item", `skill: ${need.what}`, "--data", data).reached[0];
        goals.items++;
        if (reach.known > 0 && reach.reach > 0) goals.reached++;
      }
      try {
        const [first] = json("colleagues", "team", "--skills", skills.map((need) => need.what).join(","), "--size", "4", "--data", data).teams;
        teams.asked++; teams.covered += first.missing.length === 0 ? 1 : 0; teams.exact += first.exact ? 1 : 0; teams.trust += first.trust;
      } catch { teams.asked++; }
    }
  });
  row("colleagues", `teams of four for ${teams.asked} goals of worlds: all skills there`, within(teams.covered, teams.asked), `proved best of those looked at ${within(teams.exact, teams.asked)}, mean trust ${three(teams.trust / teams.asked)}`, "", undefined);
  row("power", `skills of ${goals.items} items of goals: somebody who has it is reached`, within(goals.reached, goals.items), "no other way was run", "", undefined);
});

part("drift", "Data: four records of mail. Never seen: the hazard is learnt from the other three and never sees the one it is measured on; the rule by which Gave brings up a silence has nothing that was fitted. The formula learns nothing, but its form was chosen with half of the pairs of each record at hand; what it gave on the other half is in docs/goodwill.md. Gave foretells nothing: what ships is the rule.", () => {
  const contacts = ["networks/email-eu-core-temporal/edges.csv.gz", "networks/enron-email/edges.csv.gz", "mail/twisted-python-2003.mbox.gz", "mail/r-sig-mixed-models-2009-2010.mbox.gz"].map((name) => join("..", "shared", "data", name));
  if (contacts.every((path) => existsSync(path))) {
    for (const r of labJSON("goodwill", "rhythm", ...contacts, "--data", join(dir, "none")).records) {
      row("goodwill", `drifting apart foreseen on ${r.name}, ${r.pairs} pairs, ${r.refused} moments beside holes refused: AUC by a hazard learnt from the other records`, from(r.learnt), `by silence alone ${from(r.silence)}; better by ${from(r.learnt_gain)}; of its first tenth ${from(r.learnt_drifted)} drifted, of the longest silent ${three(r.learnt_beside)}, of all ${three(r.base_rate)}`, "better than silence, on all", r.learnt_gain.low > 0);
      row("goodwill", `drifting apart foreseen on ${r.name}: AUC by a formula that learns nothing`, from(r.fading), `by silence alone ${from(r.silence)}; better by ${from(r.fading_gain)}; of its first tenth ${from(r.fading_drifted)} drifted, ${from(r.fading_lead)} more than of the longest silent`, "better than silence, and its first tenth too, on all", r.fading_gain.low > 0 && r.fading_lead.low > 0);
      row("goodwill", `drifting apart foreseen on ${r.name}: AUC by that formula among the ties of one person at one moment, ${r.choices} times`, from(r.own_fading), `by silence alone ${from(r.own)}; better by ${from(r.own_gain)}`, "better than silence, on all", r.own_gain.low > 0);
      row("goodwill", `silences brought up on ${r.name}: share of ${r.quiet} that drifted, after ${r.quiet_days} days in the median`, from(r.quiet_drifted), `of as many that are silent longest ${three(r.quiet_beside)}, of all ${three(r.base_rate)}`, "1.5 times as often as all, and more often than the longest silent", r.quiet_drifted.value >= 1.5 * r.base_rate && r.quiet_drifted.low > r.quiet_beside);
    }
  }
});

part("next", "Data: records of mail, of which Gave knows the first three quarters. Never seen: the form of likeliness was chosen without the last quarter of email-eu-core and without both mailing lists; how much difference and the floor count was chosen with them in sight, among nine (docs/horizon.md).", () => {
  const records = ["networks/email-eu-core-temporal/edges.csv.gz", "mail/twisted-python-2003.mbox.gz", "mail/r-sig-mixed-models-2009-2010.mbox.gz"].map((name) => join(shared, name));
  if (!records.every((path) => existsSync(path))) return;
  for (const r of labJSON("horizon", "evaluate", ...records).records) {
    row("horizon", `of the ten whom one may get to know next: met later, on ${r.name}, ${r.people} people who met somebody`, from(r.met), `Adamic-Adar ${from(r.adamic_adar)}, most in common ${from(r.common)}; better than Adamic-Adar by ${from(r.better)}; brings ${r.widened.toFixed(0)} within two steps, Adamic-Adar ${r.widened_beside.toFixed(0)}`, "better than Adamic-Adar", r.better.low > 0);
  }
});

part("ties", "Data: counts of messages or reports of contact, beside whom people call a friend: EIES (Freeman & Freeman 1979), Lazega's lawyers, Krackhardt's managers. Never seen: nothing of EIES was kept back; closeness has no number that was fitted, but was chosen among twenty forms with EIES at hand. The other two had no say in that.", () => {
  for (const [set, contact, friend, least, what] of [
    ["freeman-eies", "messages", "acquaintance_t1", 4, "close friend at time 1"], ["freeman-eies", "messages", "acquaintance_t2", 4, "close friend at time 2"],
    ["freeman-eies", "messages", "acquaintance_t1", 3, "friend at time 1"], ["freeman-eies", "messages", "acquaintance_t2", 3, "friend at time 2"],
    ["lazega-lawfirm", "cowork,advice", "friendship", 1, "friend"], ["krackhardt-hightech", "advice", "friendship", 1, "friend"],
  ]) {
    const path = join(shared, "networks", set, "edges.csv");
    if (!existsSync(path)) continue;
    const r = labJSON("horizon", "friends", path, "--contact", contact, "--friend", friend, "--least", String(least));
    row("people", `who calls whom a ${what}, on ${set}, ${r.friends} of ${r.people * (r.people - 1)} pairs: AUC by closeness`, from(r.closeness), `sum of ${contact.replace(",", " and ")} ${from(r.both)}, sent ${three(r.sent.value)}, received ${three(r.received.value)}; by strength ${three(r.strength.value)}; closeness better than the sum by ${from(r.better)}`, "better than the sum", r.better.low > 0);
  }
});

part("replies", "Data: public mailing lists; each ask is foretold from what was before it, by coefficients that are learnt as it goes. Never seen: the later half in time, which is what counts. This is a model of lists, which see more than a mailbox does; in the product only its form is used.", () => {
  for (const name of ["twisted-python-2003", "r-sig-mixed-models-2009-2010", "spamassassin-easy-ham-1"]) {
    const path = join(shared, "mail", name + ".mbox.gz");
    if (!existsSync(path)) continue;
    const e = labJSON("goodwill", "replies", path);
    row("goodwill", `who of those one mailed with answers an ask, on ${name}: Brier score of ${e.answers}`, e.brier.toFixed(4),
      `constant rate ${e.brier_baseline.toFixed(4)}, better by ${from(e.better)} of it; calibration error ${three(e.calibration_error)}`, "10 % better, calibration below 0.05", e.better.value >= 0.1 && e.calibration_error < 0.05);
  }
});

part("ask", "Data: public mailing lists, each asked through `gave ask route` as of each question. Never seen: each is measured with weights that were learnt without it.", () => {
  const mail = join("..", "shared", "data", "mail");
  if (existsSync(mail)) {
    const ratios = [];
    for (const name of ["twisted-python-2003", "r-sig-mixed-models-2009-2010", "spamassassin-easy-ham-1"]) {
      const r = labJSON("ask", "evaluate", join(mail, name + ".mbox.gz"), "--weights", join("lab", "testdata", "routing", name + ".json"), "--data", join(dir, "none"));
      ratios.push(r.ratio);
      const said = ({ mrr, mrr_low, mrr_high }) => `${three(mrr)} (${three(mrr_low)} to ${three(mrr_high)})`;
      const others = Object.entries(r.methods).filter(([key]) => key !== "gave").sort((a, b) => b[1].mrr - a[1].mrr);
      row("ask", `who answers, weights learnt without this archive: mean reciprocal rank on ${name}, ${r.asks} asks`, said(r.methods.gave), `${others.map(([key, q]) => `${key} ${three(q.mrr)}`).join(", ")}; ${three(r.ratio)} times the best (${three(r.ratio_low)} to ${three(r.ratio_high)})`, "interval above one", r.ratio_low > 1);
    }
    const mean = ratios.reduce((a, b) => a + b) / ratios.length;
    row("ask", "mean of the three beside the best baseline of each", `${three(mean)} times`, "", "1.15 times", mean >= 1.15);
  }
});

// What the file has by now: its head, its parts, and sections that people wrote.
const sections = existsSync("docs/quality.md") ? readFileSync("docs/quality.md", "utf8").split(/^(?=## )/m) : ["# Quality\n\n"];
const place = (name) => sections.findIndex((section) => section.startsWith(`## ${name}\n`));
const unknown = only.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) throw new Error(`no part ${unknown.join(", ")}; there are ${parts.map((part) => part.name).join(", ")}`);
const changed = run("git", ["status", "--porcelain", "--untracked-files=no", "--", ":/", ":!docs/quality.md"]).trim() !== "";
const revision = run("git", ["rev-parse", "--short", "HEAD"]).trim() + (changed ? " and changes" : "");
try {
  for (const { name, about, measure } of parts.filter((part) => only.length === 0 || only.includes(part.name))) {
    rows = [];
    measure();
    if (rows.length === 0) continue; // its data are not here
    const section = `## ${name}\n\n${about} Measured on ${new Date().toISOString().slice(0, 10)} at ${revision}.\n\n| room | what | measured | beside | aim | met |\n| --- | --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
    const at = place(name);
    if (at < 0) sections.push("\n" + section); else sections[at] = section + (at < sections.length - 1 ? "\n" : "");
    writeFileSync("docs/quality.md", sections.join(""));
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
