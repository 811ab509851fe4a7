package db

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"gave.network/internal/fault"
	"gave.network/internal/id"
)

// Notice is what one node tells the others through PostgreSQL. It only makes quicker what they would find out by
// themselves: the tables stay the truth, and a notice may be lost.
type Notice struct {
	From id.ID `json:"from"` // the node that tells it; one hears its own notices too

	// Missed says that the node did not hear the others for a while, so that anything may have happened. No node sends
	// it: each says it to itself when it hears again.
	Missed bool `json:"-"`
	// Drop says that nothing that is kept in memory may be shown any more: somebody was erased, merged or hidden.
	Drop bool `json:"drop,omitempty"`
	// Work says that there may be an import to go on with.
	Work bool `json:"work,omitempty"`
	// Read says that an import is done, which changes what all pages are made of.
	Read bool `json:"read,omitempty"`
	// Asks says that a node that starts would know whether another is ready, and Ready that one is.
	Asks  bool `json:"asks,omitempty"`
	Ready bool `json:"ready,omitempty"`
	// Migrated says that the tables are of another version now.
	Migrated bool `json:"migrated,omitempty"`

	// Space and Tables say where something was written, the zero space for all; Gone are those of the tables from which
	// rows went.
	Space  id.ID    `json:"space,omitzero"`
	Tables []string `json:"tables,omitempty"`
	Gone   []string `json:"gone,omitempty"`

	Ping int64 `json:"ping,omitempty"` // by which a node finds out whether it hears
}

// channel is where nodes tell each other.
const channel = "gave"

// mostNotices is how many spaces a transaction names at most; one that writes to more tells of all.
const mostNotices = 20

// hearing says how a node makes sure that it hears the others. Tests are less patient.
var hearing = struct {
	ping  time.Duration // how often a node tells itself something through the database
	wait  time.Duration // how long that may take, and connecting
	least time.Duration // how long it waits before it connects again, twice as long each time
	most  time.Duration
}{10 * time.Second, 5 * time.Second, 100 * time.Millisecond, time.Minute}

// Tell lets all nodes on the database know of something, within the transaction that the context carries if there is
// one. Alone on SQLite there is nobody to be told.
func (d *DB) Tell(ctx context.Context, n Notice) error {
	if d == nil || d.Dialect != PostgreSQL {
		return nil
	}
	n.From = d.node
	text, err := json.Marshal(n)
	if err != nil {
		return err
	}
	_, err = d.ExecContext(ctx, `select pg_notify($1, $2)`, channel, string(text))
	return Fault(err)
}

// tell has the others hear what the transaction wrote, once it is committed.
func (t *Tx) tell(ctx context.Context) error {
	if t.dialect != PostgreSQL {
		return nil
	}
	of := map[id.ID]*Notice{}
	for at, done := range t.root.touched {
		n := of[at.space]
		if n == nil {
			n = &Notice{From: t.root.node, Space: at.space}
			of[at.space] = n
		}
		n.Tables = append(n.Tables, at.table)
		if done.gone {
			n.Gone = append(n.Gone, at.table)
		}
	}
	if len(of) > mostNotices {
		all := &Notice{From: t.root.node}
		for _, n := range of {
			all.Tables, all.Gone = append(all.Tables, n.Tables...), append(all.Gone, n.Gone...)
		}
		of = map[id.ID]*Notice{id.Zero: all}
	}
	for _, space := range slices.SortedFunc(maps.Keys(of), id.ID.Compare) {
		n := of[space]
		n.Tables, n.Gone = distinct(n.Tables), distinct(n.Gone)
		text, err := json.Marshal(n)
		if err != nil {
			return err
		}
		if _, err := t.Tx.ExecContext(ctx, `select pg_notify($1, $2)`, channel, string(text)); err != nil {
			return err
		}
	}
	return nil
}

func distinct(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// Listen hears what other nodes tell, and this one, until the context ends. It has one connection of its own, which it
// makes again whenever it breaks, hangs or does not bring what it should, as behind a pooler that hands connections
// round. hear is called by one goroutine, first with Missed, and must not take long. On SQLite nobody tells anything.
func (d *DB) Listen(ctx context.Context, hear func(Notice)) {
	if d.Dialect != PostgreSQL {
		return
	}
	pause, said := hearing.least, false
	for ctx.Err() == nil {
		err := d.listen(ctx, func(n Notice) {
			if n.Missed {
				if said {
					slog.InfoContext(ctx, "this node hears the others again")
				}
				pause, said = hearing.least, false
			}
			d.hear(n)
			hear(n)
		})
		d.heard.Store(false)
		if ctx.Err() != nil {
			return
		}
		if !said && pause > hearing.least { // one that breaks and is there again at once is nothing to tell of
			said = true
			slog.WarnContext(ctx, "this node does not hear the others: it finds out later what they write",
				"error", fault.Discreet(err))
		}
		if sleep(ctx, pause) != nil {
			return
		}
		pause = min(2*pause, hearing.most)
	}
}

// Node names this DB among those on the same database.
func (d *DB) Node() id.ID { return d.node }

// Hears says whether the node hears the others just now.
func (d *DB) Hears() bool { return d.heard.Load() }

// errDeaf is why a connection is given up that brings nothing.
var errDeaf = errors.New("db: what was told did not come back; LISTEN does not pass a pooler such as pgbouncer")

// listen hears over one connection, until it is of no use any more.
func (d *DB) listen(ctx context.Context, hear func(Notice)) error {
	config, err := pgx.ParseConfig(d.address)
	if err != nil {
		return err
	}
	config.ConnectTimeout = cmp.Or(config.ConnectTimeout, hearing.wait)
	connecting, cancel := context.WithTimeout(ctx, hearing.wait)
	defer cancel()
	conn, err := pgx.ConnectConfig(connecting, config)
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(closing) // it is given up
	}()
	// The server finds out within a minute when nobody is at the other end any more: what is told would pile up there.
	for _, set := range []string{`set tcp_keepalives_idle = 20`, `set tcp_user_timeout = 40000`} {
		_, _ = conn.Exec(connecting, set, pgx.QueryExecModeSimpleProtocol) // not every system can
	}
	if _, err := conn.Exec(connecting, `listen `+channel, pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	// It tells itself something from time to time, through the connections that all else goes through.
	told, waits, due, begun := int64(0), false, time.Now(), false
	for {
		if !time.Now().Before(due) {
			if waits {
				return errDeaf
			}
			told++
			asking, cancel := context.WithTimeout(d.Outside(ctx), hearing.wait)
			err := d.Tell(asking, Notice{Ping: told})
			cancel()
			if err != nil {
				return err
			}
			waits, due = true, time.Now().Add(hearing.wait)
		}
		waiting, cancel := context.WithDeadline(ctx, due)
		got, err := conn.WaitForNotification(waiting)
		cancel()
		if err != nil {
			if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) && !conn.IsClosed() {
				continue // it is due
			}
			return err
		}
		var n Notice
		if json.Unmarshal([]byte(got.Payload), &n) != nil {
			continue // of a program that tells in another way, or of another program
		}
		switch {
		case n.Ping == 0:
			hear(n)
		case n.From == d.node && n.Ping == told:
			waits, due = false, time.Now().Add(hearing.ping)
			if !begun {
				begun = true
				d.heard.Store(true)
				hear(Notice{From: d.node, Missed: true})
			}
		}
	}
}

// hear lets go of what is kept in memory of that which went on another node.
func (d *DB) hear(n Notice) {
	if n.Missed || n.From == d.node {
		return
	}
	if n.Drop {
		d.Drop()
		return
	}
	if len(n.Gone) > 0 {
		d.keeper.let(n.Space, n.Gone)
	}
}

// let lets go of what is made of one of the tables in a space, the zero space for all.
func (k *keeper) let(space id.ID, tables []string) {
	k.Lock()
	defer k.Unlock()
	for who, x := range k.of {
		if (space == id.Zero || who.Space == space) && slices.ContainsFunc(x.tables, func(table string) bool {
			return slices.Contains(tables, table)
		}) {
			k.remove(who)
		}
	}
}
