package colleagues

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"gave.network/internal/colleagues/survey"
	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// mostWaves is how many surveys a member keeps.
const mostWaves = 100

const noWave = "There is no such survey of yours."

// keepWave stores a survey with those who are to be asked. Nobody is asked yet.
func (s *Service) keepWave(
	ctx context.Context, v op.Viewer, in survey.Settings, people []participantRow,
) (id.ID, error) {
	key := id.New()
	return key, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Alone(ctx, v.Space, v.Member); err != nil {
			return err
		}
		n, err := db.Value[int](ctx, tx, `select count(*) from wave where space = $1 and owner = $2`, v.Space, v.Member)
		if err != nil {
			return err
		}
		if n >= mostWaves {
			return fault.New(fault.Conflict, "You keep %d surveys already.", n).WithHint("Remove one first.")
		}
		if _, err := db.Insert(ctx, tx, "wave", db.Row{
			"space": v.Space, "id": key, "owner": v.Member, "title": in.Title, "layers": strings.Join(in.Layers, ","),
			"naming": in.Naming, "weighted": flag(in.Weighted), "anonymised": flag(in.Anonymised),
			"threshold": in.Threshold, "months": in.Months, "closes": in.Closes.UnixMicro(),
			"created": v.Now.UnixMicro(), "opened": 0, "closed": 0, "reminders": 0, "reminded": 0,
		}, ""); err != nil {
			return err
		}
		args := make([]any, 0, len(people)*15)
		for _, p := range people {
			args = append(args, v.Space, id.New(), key, p.Person, p.Mail, p.Department, p.Level, "", unanswered, 0, "",
				0, 0, 0, "")
		}
		return db.InsertMany(ctx, tx, `insert into wave_person (space, id, wave, person, mail, department, level,
			language, part, shares, answered, consented, saved, sent, trouble)`, 15, args, "")
	})
}

// flag is a truth as it is stored.
func flag(is bool) int {
	if is {
		return 1
	}
	return 0
}

const waveColumns = `w.space, w.id, w.owner, w.title, w.layers, w.naming, w.weighted, w.anonymised, w.threshold,
	w.months, w.closes, w.created, w.opened, w.closed, w.reminders, w.reminded`

// counted are the numbers of a survey beside its columns.
const counted = `(select count(*) from wave_person p where p.space = w.space and p.wave = w.id) as asked,
	(select count(*) from wave_person p where p.space = w.space and p.wave = w.id and p.part = 1
		and p.answered <> '') as taking`

// waves returns the viewer's surveys, the newest first.
func (s *Service) waves(ctx context.Context, v op.Viewer) ([]waveRow, error) {
	return db.Select[waveRow](ctx, s.db, `select `+waveColumns+`, `+counted+` from wave w
		where w.space = $1 and w.owner = $2 order by w.created desc, w.id`, v.Space, v.Member)
}

// wave returns one of the viewer's surveys.
func (s *Service) wave(ctx context.Context, v op.Viewer, key id.ID) (waveRow, error) {
	row, err := db.One[waveRow](ctx, s.db, `select `+waveColumns+`, `+counted+` from wave w
		where w.space = $1 and w.owner = $2 and w.id = $3`, v.Space, v.Member, key)
	if fault.CodeOf(err) == fault.NotFound {
		return row, fault.New(fault.NotFound, noWave).WithHint("See gave colleagues survey list.")
	}
	return row, err
}

const participantColumns = `p.id, p.wave, p.person, p.mail, p.department, p.level, p.language, p.part, p.shares,
	p.answered, p.consented, p.saved, p.sent as sent_at, p.trouble`

// participants returns all who are asked in a survey, in the order in which they stand in it.
func (s *Service) participants(ctx context.Context, q db.Queryer, space, wave id.ID) ([]participantRow, error) {
	return db.Select[participantRow](ctx, q, `select `+participantColumns+` from wave_person p
		where p.space = $1 and p.wave = $2 order by p.id`, space, wave)
}

// participantsAmong returns those of some keys who are asked in a survey, in the order in which they stand in it. It is
// for what happens at each tick of each of hundreds at once.
func (s *Service) participantsAmong(ctx context.Context, space, wave id.ID, keys []id.ID) ([]participantRow, error) {
	var out []participantRow
	for _, some := range db.Chunks(keys) {
		in, args := db.In(3, some)
		rows, err := db.Select[participantRow](ctx, s.db, `select `+participantColumns+` from wave_person p
			where p.space = $1 and p.wave = $2 and p.id in (`+in+`) order by p.id`,
			append([]any{space, wave}, args...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// newLinks makes a link for each of some who are asked, beside those that they have.
func newLinks(ctx context.Context, tx *db.Tx, space id.ID, people []id.ID, now time.Time) (map[id.ID]string, error) {
	out, args := make(map[id.ID]string, len(people)), make([]any, 0, len(people)*4)
	for _, key := range people {
		out[key] = id.NewSecret(24)
		args = append(args, id.Digest(out[key]), space, key, now.UnixMicro())
	}
	return out, db.InsertMany(ctx, tx, `insert into wave_link (digest, space, participant, created)`, 4, args, "")
}

// noteSent notes that links are on their way.
func (s *Service) noteSent(ctx context.Context, space id.ID, people []id.ID, now time.Time) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		for _, key := range people {
			if _, err := db.Update(ctx, tx, "wave_person", db.Row{"sent": now.UnixMicro()}, "space = $1 and id = $2",
				space, key); err != nil {
				return err
			}
		}
		return nil
	})
}

// openWave notes that a survey is open, until a moment.
func openWave(ctx context.Context, tx *db.Tx, w waveRow, closes, now time.Time) error {
	_, err := db.Update(ctx, tx, "wave", db.Row{"opened": now.UnixMicro(), "closed": 0, "closes": closes.UnixMicro()},
		"space = $1 and id = $2", w.Space, w.ID)
	return err
}

// endLinks makes the links of somebody who is asked worth nothing.
func endLinks(ctx context.Context, tx *db.Tx, space, participant id.ID) error {
	_, err := db.Exec(ctx, tx, `delete from wave_link where space = $1 and participant = $2`, space, participant)
	return err
}

// invitee is what stands behind a link: who is asked, and in what.
type invitee struct {
	wave waveRow
	who  participantRow
}

// behindLink finds who a link was made for.
func (s *Service) behindLink(ctx context.Context, secret string) (invitee, error) {
	unknown := fault.New(fault.NotFound, "This link is not known, or it was taken back.")
	if secret == "" || len(secret) > 100 {
		return invitee{}, unknown
	}
	at, err := db.One[struct{ Space, Participant id.ID }](ctx, s.db,
		`select space, participant from wave_link where digest = $1`, id.Digest(secret))
	if fault.CodeOf(err) == fault.NotFound {
		return invitee{}, unknown
	}
	if err != nil {
		return invitee{}, err
	}
	who, err := db.One[participantRow](ctx, s.db, `select `+participantColumns+` from wave_person p
		where p.space = $1 and p.id = $2`, at.Space, at.Participant)
	if err != nil {
		return invitee{}, err
	}
	wave, err := db.One[waveRow](ctx, s.db, `select `+waveColumns+`, `+counted+` from wave w
		where w.space = $1 and w.id = $2`, at.Space, who.Wave)
	return invitee{wave, who}, err
}

// chooseLanguage notes in which language somebody who is asked reads.
func (s *Service) chooseLanguage(ctx context.Context, a invitee, language string) error {
	_, err := db.Update(ctx, s.db, "wave_person", db.Row{"language": language}, "space = $1 and id = $2",
		a.wave.Space, a.who.ID)
	return err
}

// unsubscribe notes that no more mail is to go to somebody who is asked, and why.
func (s *Service) unsubscribe(ctx context.Context, space, participant id.ID, why string) error {
	_, err := db.Update(ctx, s.db, "wave_person", db.Row{"trouble": why}, "space = $1 and id = $2", space, participant)
	return err
}

// decide notes whether somebody takes part. Of who does not, all that they said goes at once, and all that others said
// of them.
func (s *Service) decide(ctx context.Context, a invitee, part, shares int, now time.Time) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		set := db.Row{"part": part, "shares": shares, "consented": now.UnixMicro()}
		if part != takesPart {
			set["answered"], set["saved"] = "", now.UnixMicro()
		}
		if _, err := db.Update(ctx, tx, "wave_person", set, "space = $1 and id = $2", a.wave.Space,
			a.who.ID); err != nil {
			return err
		}
		if part == takesPart && shares > 0 {
			return nil
		}
		if err := tie.DropSaid(ctx, tx, a.wave.Space, a.wave.Owner, a.wave.source(), a.who.Person); err != nil {
			return err
		}
		tx.AfterCommit(s.network.DropKept)
		if part == takesPart {
			return nil
		}
		_, err := db.Exec(ctx, tx, `delete from wave_answer where space = $1 and wave = $2
			and (source = $3 or target = $3)`, a.wave.Space, a.wave.ID, a.who.Person)
		return err
	})
}

// source is the source of the statements that come from a survey.
func (w waveRow) source() string { return "survey:" + w.ID.String() }

// layers are the layers on which it asks.
func (w waveRow) layers() []string { return listed(w.Layers) }

// listed are the words of a text with commas between them.
func listed(words string) []string {
	return strings.FieldsFunc(words, func(r rune) bool { return r == ',' })
}

// open says whether a survey takes answers.
func (w waveRow) open(now time.Time) bool {
	return w.Opened > 0 && w.Closed == 0 && w.Closes > now.UnixMicro()
}

// saveAnswers stores whom somebody names on a layer, who are all asked: what they said before goes, of all or only of
// some. Whoever said that they do not take part is not stored. The same answers twice are the same as once, and of two
// at once each is stored whole, one after the other. Halfway says that they are still at it, so that they come back to
// this question.
func (s *Service) saveAnswers(
	ctx context.Context, a invitee, layer string, said map[id.ID]survey.Often, only map[id.ID]bool,
	halfway bool, now time.Time,
) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		named := maps.Clone(said)
		// The row of who answers is written first: a second device of theirs waits for it.
		n, err := db.Update(ctx, tx, "wave_person", db.Row{"saved": now.UnixMicro()},
			"space = $1 and id = $2 and part = 1", a.wave.Space, a.who.ID)
		if err != nil {
			return err
		}
		current, err := db.One[waveRow](ctx, tx, `select `+waveColumns+` from wave w
			where w.space = $1 and w.id = $2`, a.wave.Space, a.wave.ID)
		if err != nil {
			return err
		}
		if !current.open(now) {
			return fault.New(fault.Conflict, "This survey is closed. Your last answers were not stored.")
		}
		if n == 0 {
			return fault.New(fault.Conflict, "Say first whether you take part.")
		}
		// Who answers, and who said that they do not take part: those are not stored, whoever names them.
		others, err := db.Select[participantRow](ctx, tx, `select `+participantColumns+` from wave_person p
			where p.space = $1 and p.wave = $2 and (p.id = $3 or p.part = 2) order by p.id`, a.wave.Space, a.wave.ID,
			a.who.ID)
		if err != nil {
			return err
		}
		before, err := db.Select[struct {
			Target id.ID
			Weight survey.Often
		}](ctx, tx, `select target, weight from wave_answer where space = $1 and wave = $2 and source = $3
			and layer = $4`, a.wave.Space, a.wave.ID, a.who.Person, layer)
		if err != nil {
			return err
		}
		had := map[id.ID]survey.Often{}
		for _, b := range before {
			had[b.Target] = b.Weight
		}
		if _, err := db.Exec(ctx, tx, `delete from wave_answer where space = $1 and wave = $2 and source = $3
			and layer = $4`, a.wave.Space, a.wave.ID, a.who.Person, layer); err != nil {
			return err
		}
		if only != nil {
			for person, weight := range had {
				if !only[person] {
					named[person] = weight
				}
			}
		}
		answered := ""
		for _, p := range others {
			delete(named, p.Person)
			if p.ID == a.who.ID {
				answered = p.Answered
			}
		}
		var args []any
		for _, person := range slices.SortedFunc(maps.Keys(named), id.ID.Compare) {
			weight := named[person]
			if weight == 0 {
				weight = had[person] // how often is asked apart
			}
			args = append(args, a.wave.Space, a.wave.ID, a.who.Person, layer, person, weight, now.UnixMicro())
		}
		mark := layer
		if halfway {
			mark += begun
		}
		if done := listed(answered); !slices.Contains(done, layer) && !slices.Contains(done, mark) {
			done = slices.DeleteFunc(done, func(x string) bool { return x == layer+begun })
			answered = strings.Join(append(done, mark), ",")
			if _, err := db.Update(ctx, tx, "wave_person", db.Row{"answered": answered}, "space = $1 and id = $2",
				a.wave.Space, a.who.ID); err != nil {
				return err
			}
		}
		return db.InsertMany(ctx, tx, `insert into wave_answer (space, wave, source, layer, target, weight, at)`, 7, args,
			"")
	})
}

// begun stands behind a layer on which somebody has answered and not gone on yet.
const begun = "~"

// answerRow is an answer as it is stored.
type answerRow struct {
	Source, Target id.ID
	Layer          string
	Weight         survey.Often
}

// answersBy returns what somebody said in a survey.
func (s *Service) answersBy(ctx context.Context, a invitee) ([]answerRow, error) {
	return db.Select[answerRow](ctx, s.db, `select source, target, layer, weight from wave_answer
		where space = $1 and wave = $2 and source = $3 order by layer, target`, a.wave.Space, a.wave.ID, a.who.Person)
}

// answers returns what those who took part said of others who took part.
func (s *Service) answers(ctx context.Context, q db.Queryer, w waveRow) ([]answerRow, error) {
	return db.Select[answerRow](ctx, q, `select a.source, a.target, a.layer, a.weight from wave_answer a
		join wave_person p on p.space = a.space and p.wave = a.wave and p.person = a.source
		join wave_person t on t.space = a.space and t.wave = a.wave and t.person = a.target
		where a.space = $1 and a.wave = $2 and p.part = 1 and p.answered <> '' and t.part = 1 and t.answered <> ''
		order by a.layer, a.source, a.target`, w.Space, w.ID)
}

// closeWave closes a survey: what was said of who did not take part is deleted, and ties that both state become
// statements, where both want them to be seen. Closing it again changes nothing.
func (s *Service) closeWave(ctx context.Context, w waveRow, now time.Time) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := db.Update(ctx, tx, "wave", db.Row{"closed": now.UnixMicro()},
			"space = $1 and id = $2 and opened > 0 and closed = 0", w.Space, w.ID)
		if err != nil || n == 0 {
			return err
		}
		if err := dropStrays(ctx, tx, w); err != nil {
			return err
		}
		list, err := s.answers(ctx, tx, w)
		if err != nil {
			return err
		}
		people, err := s.participants(ctx, tx, w.Space, w.ID)
		if err != nil {
			return err
		}
		if err := tie.DropSaid(ctx, tx, w.Space, w.Owner, w.source(), id.Zero); err != nil {
			return err
		}
		_, err = tie.AddStatements(ctx, tx, w.Space, statementsOf(w, list, people, now))
		tx.AfterCommit(s.network.DropKept)
		return err
	})
}

// dropStrays deletes what was said by or of somebody who did not take part.
func dropStrays(ctx context.Context, tx *db.Tx, w waveRow) error {
	_, err := db.Exec(ctx, tx, `delete from wave_answer where space = $1 and wave = $2 and (
		source not in (select person from wave_person where space = $1 and wave = $2 and part = 1 and answered <> '')
		or target not in (select person from wave_person where space = $1 and wave = $2 and part = 1
			and answered <> ''))`, w.Space, w.ID)
	return err
}

// statementsOf are the ties that both ends state and want to be seen.
func statementsOf(w waveRow, list []answerRow, people []participantRow, now time.Time) []tie.Statement {
	shares := map[id.ID]bool{}
	for _, p := range people {
		shares[p.Person] = p.Part == takesPart && p.Shares > 0
	}
	type on struct {
		arc
		layer string
	}
	said := map[on]bool{}
	for _, a := range list {
		said[on{arc{a.Source, a.Target}, a.Layer}] = true
	}
	var out []tie.Statement
	for _, a := range list {
		if !shares[a.Source] || !shares[a.Target] || !said[on{arc{a.Target, a.Source}, a.Layer}] {
			continue
		}
		out = append(out, tie.Statement{
			ID: id.New(), Owner: w.Owner, Visibility: scope.Space, Layer: a.Layer, Sign: 1,
			Weight: a.Weight.Weight(), SourcePerson: a.Source, TargetPerson: a.Target, Directed: true,
			Time: now.UnixMicro(), Source: w.source(),
			External: tie.ExternalID(a.Layer + " " + a.Source.String() + " " + a.Target.String()),
		})
	}
	return out
}

// reopenWave opens a survey again until a moment. What was deleted when it closed stays so.
func (s *Service) reopenWave(ctx context.Context, w waveRow, closes, now time.Time) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := tie.DropSaid(ctx, tx, w.Space, w.Owner, w.source(), id.Zero); err != nil {
			return err
		}
		tx.AfterCommit(s.network.DropKept)
		return openWave(ctx, tx, w, closes, now)
	})
}

// removeWave deletes a survey with all its answers, and what came of it.
func (s *Service) removeWave(ctx context.Context, w waveRow) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := tie.DropSaid(ctx, tx, w.Space, w.Owner, w.source(), id.Zero); err != nil {
			return err
		}
		tx.AfterCommit(s.network.DropKept)
		_, err := db.Exec(ctx, tx, `delete from wave where space = $1 and id = $2`, w.Space, w.ID)
		return err
	})
}

// removeParticipant takes somebody out of a survey, with all that they said and that was said of them.
func (s *Service) removeParticipant(ctx context.Context, w waveRow, p participantRow) error {
	if err := s.decide(ctx, invitee{w, p}, declines, 0, time.UnixMicro(p.Consented)); err != nil {
		return err
	}
	_, err := db.Exec(ctx, s.db, `delete from wave_person where space = $1 and id = $2`, w.Space, p.ID)
	return err
}

// noteReminder counts a reminder, unless there were enough; false says so.
func (s *Service) noteReminder(ctx context.Context, w waveRow, now time.Time) (bool, error) {
	n, err := db.Update(ctx, s.db, "wave", db.Row{"reminders": db.Plus(1), "reminded": now.UnixMicro()},
		"space = $1 and id = $2 and reminders = $3 and closed = 0", w.Space, w.ID, w.Reminders)
	return n > 0, err
}

// tendWaves closes the surveys of a space whose time is over, and removes those that were kept long enough. Whoever
// looks at surveys does so; readers wait for nobody who writes.
func (s *Service) tendWaves(ctx context.Context, space id.ID, now time.Time) error {
	rows, err := db.Select[waveRow](ctx, s.db, `select `+waveColumns+` from wave w where w.space = $1 and w.opened > 0
		and (w.closed > 0 or w.closes <= $2) order by w.id`, space, now.UnixMicro())
	if err != nil {
		return err
	}
	for _, w := range rows {
		switch closed := w.Closed; {
		case closed == 0:
			err = s.closeWave(db.InHurry(ctx), w, now)
		case !survey.Gone(time.UnixMicro(closed), w.Months).After(now):
			err = s.removeWave(db.InHurry(ctx), w)
		}
		if err != nil && !db.Busy(err) {
			return err
		}
	}
	return nil
}

// Waves returns the viewer's surveys that closed with enough answers to speak of, the latest first.
func (s *Service) Waves(ctx context.Context, v op.Viewer) ([]Wave, error) {
	if err := s.tendWaves(ctx, v.Space, v.Now); err != nil {
		return nil, err
	}
	rows, err := s.waves(ctx, v)
	out := []Wave{}
	for _, w := range rows {
		if w.Closed > 0 && w.Taking >= w.Threshold {
			out = append(out, w.told())
		}
	}
	slices.SortStableFunc(out, func(a, b Wave) int { return b.Closed.Compare(a.Closed) })
	return out, err
}

// WaveAnswers returns what those who took part in one of the viewer's surveys said of each other; a fault when it is
// not closed, or when too few took part. Whoever the viewer may not see any more is not in it.
func (s *Service) WaveAnswers(ctx context.Context, v op.Viewer, wave id.ID) (WaveAnswers, error) {
	w, err := s.wave(ctx, v, wave)
	if err != nil {
		return WaveAnswers{}, err
	}
	switch {
	case w.Closed == 0:
		return WaveAnswers{}, fault.New(fault.Conflict, "This survey is not closed yet.")
	case w.Taking < w.Threshold:
		return WaveAnswers{}, fault.New(fault.Conflict,
			"Fewer than %d people took part: nothing is told of so few.", w.Threshold)
	}
	people, err := s.participants(ctx, s.db, w.Space, w.ID)
	if err != nil {
		return WaveAnswers{}, err
	}
	list, err := s.answers(ctx, s.db, w)
	if err != nil {
		return WaveAnswers{}, err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return WaveAnswers{}, err
	}
	return waveAnswers(w, people, list, everybody.Canonical), nil
}
