// Measures what Gave promises on worlds and archives, and writes one table to docs/quality.md. WORLDS says on how many worlds; make quality runs it.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const worlds = Number(process.env.WORLDS ?? 12);
const dir = mkdtempSync(join(tmpdir(), "gave-quality-"));
const gave = (...args) => run("bin/gave", args);
const lab = (...args) => run("bin/gave-lab", args);
const run = (program, args) => {
  try {
    return execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });
  } catch (failed) {
    if (failed.status === 3) return failed.stdout; // done, some records rejected
    throw failed;
  }
};
const json = (...args) => JSON.parse(gave(...args, "--json"));
const labJSON = (...args) => JSON.parse(lab(...args, "--json"));
const rows = [];
const row = (room, what, measured, beside, aim, met) => {
  rows.push(`| ${room} | ${what} | ${measured} | ${beside} | ${aim} | ${met ? "yes" : "**no**"} |`);
  console.log(rows.at(-1));
};
const three = (x) => x.toFixed(3);
const wilson = (k, n, z = 1.96) => {
  const middle = (k / n + z * z / 2 / n) / (1 + z * z / n);
  const half = z * Math.sqrt(k / n * (1 - k / n) / n + z * z / 4 / n / n) / (1 + z * z / n);
  return [middle - half, middle + half];
};

try {
  const give = labJSON("give", "evaluate", "--worlds", "40", "--ledgers", "25", "--seed", "5000", "--data", join(dir, "none"));
  const from = (r) => `${three(r.value)} (${three(r.low)} to ${three(r.high)})`;
  const none = give.ways.filter((w) => !w.effect);
  for (const w of give.ways.filter((w) => w.effect)) {
    row("give", `true giver-path among the first three, with the ties of the imports, ${w.name}: ${w.returns} planted returns in ${w.ledgers} ledgers of ${give.worlds} worlds`, from(w.top3), `latest gifts to the bringer ${from(w.direct_top3)}, latest gifts ${from(w.recent_top3)}`, "0.75", w.top3.value >= 0.75);
    row("give", `of the same: mean of what is unexplained (in truth ${three(w.truth)})`, from(w.unexplained), `where nothing comes back ${from(none[0].unexplained)}; more than chance is seen in ${from(w.found)}`, "0.25 below where nothing comes back", w.unexplained.value <= none[0].unexplained.value - 0.25);
  }
  for (const w of none) {
    row("give", `mean of what is unexplained, ${w.name}: ${w.ledgers} ledgers of ${give.worlds} worlds`, from(w.unexplained), "a constant, as before, 0.15", "0.7", w.unexplained.value >= 0.7);
    row("give", "of the same: more than chance is seen", from(w.found), "by chance 0.05", "interval below 0.06", w.found.high < 0.06);
  }

  // What meets a need: the half of the judged pairs, and of the occupations of ESCO, that was not looked at while the words were chosen.
  const skills = run("go", ["test", "-count=1", "-v", "-run", "TestJudgedPairs|TestOccupationsOfESCO", "./internal/text/fit"]);
  const within = (k, n) => `${three(k / n)} (${wilson(k, n).map(three).join(" to ")})`;
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

  // The capture line: what lines that nobody had seen gave when they were run for the first time, as its test keeps it.
  const first = { lines: 0, right: 0, silently: 0, rightBefore: 0, silentlyBefore: 0 };
  const log = run("go", ["test", "-count=1", "-v", "-run", "TestLines$", "./internal/capture"]);
  for (const part of log.matchAll(/(?:fresh|final): of (\d+) lines .*; first (\d+) right, (\d+) .*; before (\d+) right, (\d+)/g)) {
    Object.keys(first).forEach((key, i) => first[key] += Number(part[i + 1]));
  }
  const share = (k) => {
    const [low, high] = wilson(k, first.lines);
    return `${three(k / first.lines)} (${three(low)} to ${three(high)})`;
  };
  row("capture", `everyday lines fully right, ${first.lines} lines at their first run`, share(first.right), `by the rules before ${three(first.rightBefore / first.lines)}`, "105 of 120", first.right / first.lines >= 105 / 120);
  row("capture", "of the same, something wrong stored without a question", share(first.silently), `by the rules before ${three(first.silentlyBefore / first.lines)}`, "at most 4 of 120", first.silently / first.lines <= 4 / 120);

  // Goodwill: every answer of every world, foretold from what was known before it; pooled over the worlds.
  let n = 0, brier = 0, base = 0;
  const bins = new Map();
  for (let seed = 1; seed <= worlds; seed++) {
    const files = join(dir, `world${seed}`), data = join(dir, `data${seed}`);
    lab("world", "--people", "250", "--years", "6", "--seed", String(seed), files);
    const me = readFileSync(join(files, "me.txt"), "utf8").trim().split("\n").flatMap((address) => ["--me", address]);
    gave("import", "--data", data, join(files, "files"), ...me);
    gave("capture", "file", "--data", data, join(files, "captures.txt"));
    const e = json("goodwill", "evaluate", "--data", data);
    n += e.answers; brier += e.brier * e.answers; base += e.brier_baseline * e.answers;
    for (const b of e.bins) {
      const sum = bins.get(b.from) ?? { answers: 0, foretold: 0, came: 0 };
      sum.answers += b.answers; sum.foretold += b.foretold * b.answers; sum.came += b.came * b.answers;
      bins.set(b.from, sum);
    }
    rmSync(files, { recursive: true }); rmSync(data, { recursive: true });
  }
  const error = [...bins.values()].reduce((sum, b) => sum + Math.abs(b.foretold - b.came), 0) / n;
  row("goodwill", `Brier score of ${n} answers in ${worlds} worlds`, three(brier / n), `constant rate ${three(base / n)}`, "10 % better", brier <= 0.9 * base);
  row("goodwill", "calibration error of the same", three(error), "", "below 0.05", error < 0.05);

  // The boast check: what its card says, which the tests hold against the data.
  const card = json("praise", "about", "--data", join(dir, "none"));
  for (const m of card.measured) {
    const aim = m.set.startsWith("tweets") ? 0.65 : m.set.startsWith("kept-back") ? 0.88 : m.lang === "nl" ? 0.8 : 0;
    const beside = Object.entries(m.baselines).sort((a, b) => b[1] - a[1]).map(([key, x]) => `${key} ${three(x)}`).join(", ");
    row("praise", `boast check: macro F1 on ${m.sentences} ${m.set}`, `${three(m.macro_f1)} (${three(m.low)} to ${three(m.high)}), precision ${three(m.precision)}`, beside, aim ? String(aim) : "", m.macro_f1 >= aim);
  }
  for (const [name, kinds] of [["thanks and plain news", ["thanks", "news"]], ["pride in others", ["others"]]]) {
    const sets = card.plain.filter((set) => kinds.includes(set.set.split(",")[0]));
    const all = sets.reduce((sum, set) => sum + set.sentences, 0), alone = Math.round(sets.reduce((sum, set) => sum + set.sentences * (1 - set.marked), 0));
    row("praise", `boast check: ${name} kept back, nl and en, ${all} sentences by one hand: left alone`, within(alone, all), "", "0.95", alone / all >= 0.95);
  }

  // Colleagues and power: the people that a world has, asked through the commands.
  const teams = { asked: 0, covered: 0, exact: 0, trust: 0 };
  const goals = { items: 0, reached: 0 };
  for (let seed = 1; seed <= Math.min(worlds, 4); seed++) {
    const files = join(dir, `world${seed}`), data = join(dir, `data${seed}`);
    lab("world", "--people", "250", "--years", "6", "--seed", String(seed), files);
    const me = readFileSync(join(files, "me.txt"), "utf8").trim().split("\n").flatMap((address) => ["--me", address]);
    gave("import", "--data", data, join(files, "files"), ...me);
    gave("capture", "file", "--data", data, join(files, "captures.txt"));
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
    rmSync(files, { recursive: true }); rmSync(data, { recursive: true });
  }
  row("colleagues", `teams of four for ${teams.asked} goals of worlds: all skills there`, three(teams.covered / teams.asked), `proved best of those looked at ${three(teams.exact / teams.asked)}, mean trust ${three(teams.trust / teams.asked)}`, "", true);
  row("power", `skills of ${goals.items} items of goals: somebody who has it is reached`, three(goals.reached / goals.items), "", "", true);

  const contacts = ["networks/email-eu-core-temporal/edges.csv.gz", "networks/enron-email/edges.csv.gz", "mail/twisted-python-2003.mbox.gz", "mail/r-sig-mixed-models-2009-2010.mbox.gz"].map((name) => join("..", "shared", "data", name));
  if (contacts.every((path) => existsSync(path))) {
    const interval = ({ value, low, high }) => `${three(value)} (${three(low)} to ${three(high)})`;
    for (const r of labJSON("goodwill", "rhythm", ...contacts, "--data", join(dir, "none")).records) {
      row("goodwill", `drifting apart foreseen on ${r.name}, ${r.pairs} pairs, ${r.refused} moments beside holes refused: AUC by a hazard learnt from the other records`, interval(r.learnt), `by silence alone ${interval(r.silence)}; better by ${interval(r.learnt_gain)}; of its first tenth ${interval(r.learnt_drifted)} drifted, of the longest silent ${three(r.learnt_beside)}, of all ${three(r.base_rate)}`, "better than silence; until then nothing is foretold", r.learnt_gain.low > 0);
      row("goodwill", `silences brought up on ${r.name}: share of ${r.quiet} that drifted, after ${r.quiet_days} days in the median`, interval(r.quiet_drifted), `of as many that are silent longest ${three(r.quiet_beside)}, of all ${three(r.base_rate)}`, "", true);
    }
  }

  const mail = join("..", "shared", "data", "mail");
  if (existsSync(mail)) {
    const ratios = [];
    for (const name of ["twisted-python-2003", "r-sig-mixed-models-2009-2010", "spamassassin-easy-ham-1"]) {
      const { asks, methods } = labJSON("ask", "evaluate", join(mail, name + ".mbox.gz"), "--data", join(dir, "none"));
      const others = Object.entries(methods).filter(([key]) => key !== "gave").sort((a, b) => b[1].mrr - a[1].mrr);
      ratios.push(methods.gave.mrr / others[0][1].mrr);
      row("ask", `who answers: mean reciprocal rank on ${name}, ${asks} asks`, `${three(methods.gave.mrr)} (${three(methods.gave.mrr_low)} to ${three(methods.gave.mrr_high)})`, others.map(([key, q]) => `${key} ${three(q.mrr)}`).join(", "), "no baseline better", ratios.at(-1) >= 1);
    }
    for (const name of ["twisted-python-2003", "r-sig-mixed-models-2009-2010", "spamassassin-easy-ham-1"]) {
      const e = labJSON("goodwill", "replies", join(mail, name + ".mbox.gz"), "--data", join(dir, "none"));
      row("goodwill", `who of those one mailed with answers an ask, on ${name}: Brier score of ${e.answers}`, e.brier.toFixed(4),
        `constant rate ${e.brier_baseline.toFixed(4)}; calibration error ${three(e.calibration_error)}`, "10 % better, calibration below 0.05", e.brier <= 0.9 * e.brier_baseline && e.calibration_error < 0.05);
    }
    const mean = ratios.reduce((a, b) => a + b) / ratios.length;
    row("ask", "mean of the three beside the best baseline of each", `${three(mean)} times`, "", "1.2 times", mean >= 1.2);
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}

writeFileSync("docs/quality.md", `# Quality

Made by \`make quality\`: what Gave promises, measured, with the baselines beside it. Worlds are fictional (\`gave-lab world\`) and come in through the real importers where a
database is needed; archives are public mail, of which the model of ask knows the first half in time (docs/ask.md has the second halves).

| room | what | measured | beside | aim | met |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`);
