package world

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"time"

	"gave.network/internal/fault"
	"gave.network/lab/world/random"
)

// DefaultNoise is the share of things that happen without cause or leave no trace, when nobody asks for another.
const DefaultNoise = 0.25

// Limits of a world.
const (
	MinPeople = 20
	MaxPeople = 10_000_000
	MaxYears  = 40
)

// Options say what world to make. The same options make the same bytes.
type Options struct {
	People int     // all people, the owner and those far away included; at least MinPeople
	Years  float64 // how long the files go back, from 0.25 to MaxYears
	Seed   uint64
	Dir    string    // where the files go: Dir/files and Dir/truth
	End    time.Time // the moment at which the files end; not zero
	// Noise, from 0 to 1, is how messy the world is: returns without a cause (that share of the caused ones), contacts
	// that leave no trace (up to 15 %), gifts that are not noted (up to 30 %), and names with typing errors.
	Noise float64
	// Effect makes gifts come back. Without it as many returns come, from anybody at any time.
	Effect bool
	// Story is how gifts and returns go, where they go otherwise than usual.
	Story Story
	// Progress is told now and then how many of how many steps are done; may be nil.
	Progress func(done, total int64)
}

// Story says how gifts and returns go in a world. The zero Story is the usual one.
type Story struct {
	// Seed draws other gifts and returns among the same people; 0 is that of the world.
	Seed uint64
	// LagDays and LagSpread are of the log-normal time from a gift to what comes back; 0 is the usual.
	LagDays, LagSpread float64
	// EvenWalk lets news go to anybody whom somebody knows, however weak the tie and whoever had a gift.
	EvenWalk bool
	// Near lets gifts go to, and returns without cause come from, those who are near at the time.
	Near bool
	// Taste gives people what they have to do with, and lets returns without cause be about what they have to do with.
	Taste bool
	// OtherTopics lets what comes back be about anything.
	OtherTopics bool
}

// Result says what was written.
type Result struct {
	Files []string // to import, in a good order
	Truth string   // the truth file
	Me    []string // the owner's mail addresses
}

type world struct {
	options       Options
	seed          uint64
	end           time.Time
	start         int64 // Unix seconds
	until         int64 // end in Unix seconds
	change        int64 // when the owner changed jobs
	orgs          []org
	groups        []group
	people        []person
	namesake      map[int]bool
	bonds         []bond
	around        [][]int32 // bonds of each person
	distrust      [][2]int
	stable        []float64 // weights for gifts and luck of who is near all the time, 0 for all others
	gifts         []gift
	returns       []comeback
	asks          []ask
	askThread     []int
	favours       []favour
	needed        []need
	praised       []praise
	mails         []mail
	meetings      []meeting
	chats         []chat
	chatWith      map[int]int
	inmails       []inmail
	guests        []int
	borrel        int64
	contact       []contact
	threads       int
	senders       []NotPerson
	holidays      map[int]map[int]bool
	captures      []TruthCapture
	birthdayKnown map[int]bool
	interests     map[int]bool
	sameGiven     map[string]int
	outer         outer
	files         []string
	truth         Truth
	done          int64
	total         int64
}

// newWorld plans a world without writing anything.
func newWorld(o Options) (*world, error) {
	w, err := newPeople(o)
	if err != nil {
		return nil, err
	}
	w.give()
	w.question()
	w.needs()
	w.applaud()
	w.askFavours()
	w.others()
	w.happen()
	w.capture()
	w.propose()
	w.planOuter()
	return w, nil
}

// Ledger tells which gifts and returns there are in a world, and writes nothing. Of the truth only those are there.
func Ledger(o Options) (Truth, error) {
	w, err := newPeople(o)
	if err != nil {
		return Truth{}, err
	}
	w.give()
	w.tellGifts()
	return w.truth, nil
}

// newPeople plans the people of a world and who knows whom.
func newPeople(o Options) (*world, error) {
	switch {
	case o.People < MinPeople || o.People > MaxPeople:
		return nil, fault.New(fault.Invalid, "A world has %d to %d people, not %d.", MinPeople, MaxPeople, o.People).
			WithField("people")
	case math.IsNaN(o.Years) || o.Years < 0.25 || o.Years > MaxYears:
		return nil, fault.New(fault.Invalid, "A world goes back 0.25 to %d years, not %g.", MaxYears, o.Years).
			WithField("years")
	case math.IsNaN(o.Noise) || o.Noise < 0 || o.Noise > 1:
		return nil, fault.New(fault.Invalid, "The noise of a world is between 0 and 1, not %g.", o.Noise).
			WithField("noise")
	case o.End.Year() < 1990 || o.End.Year() > 2200:
		return nil, fault.New(fault.Invalid, "A world ends in a year from 1990 to 2200, not %d.", o.End.Year()).
			WithField("end")
	}
	o.End = o.End.UTC().Truncate(time.Second)
	w := &world{
		options: o, seed: random.Mix(o.Seed), end: o.End, until: o.End.Unix(), namesake: map[int]bool{},
		holidays: map[int]map[int]bool{}, birthdayKnown: map[int]bool{}, interests: map[int]bool{},
	}
	w.start = o.End.Add(-time.Duration(o.Years * 365.25 * 24 * float64(time.Hour))).Truncate(24 * time.Hour).Unix()
	w.populate()
	w.birthdays()
	w.planTies()
	w.bind()
	return w, nil
}

// Generate makes a world and writes its files. It stops with the error of the context when that ends.
func Generate(ctx context.Context, o Options) (Result, error) {
	w, err := newWorld(o)
	if err != nil {
		return Result{}, err
	}
	if err := makeRoom(o.Dir); err != nil {
		return Result{}, err
	}
	w.total = int64(len(w.mails) + w.outer.people)
	w.truth.Counts = map[string]int{}
	for _, write := range w.writers() {
		if err := ctx.Err(); err != nil {
			return Result{}, err
		}
		if err := write(ctx); err != nil {
			if ctx.Err() != nil {
				return Result{}, ctx.Err()
			}
			return Result{}, fault.Wrap(err, fault.Unavailable, "The world cannot be written to %s.", o.Dir).
				WithHint("Check the free space of the disk.")
		}
	}
	w.tell()
	path, err := w.writeTruth()
	if err != nil {
		return Result{}, fault.Wrap(err, fault.Unavailable, "The world cannot be written to %s.", o.Dir).
			WithHint("Check the free space of the disk.")
	}
	w.step(w.total - w.done)
	return Result{Files: w.files, Truth: path, Me: w.me()}, nil
}

// makeRoom makes the two folders. A world that was made there before is taken away; anything else is left alone.
func makeRoom(dir string) error {
	const names, truth = "files", "truth"
	if _, err := os.Stat(filepath.Join(dir, truth, "truth.json")); err == nil {
		for _, name := range []string{names, truth} {
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				return fault.Wrap(err, fault.Unavailable,
					"The world that was made in %s before cannot be removed.", dir)
			}
		}
	}
	for _, name := range []string{names, truth} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(path, 0o755); err != nil {
			return fault.Wrap(err, fault.Unavailable, "The folder %s cannot be made.", path).
				WithHint("Check the path and the free space of the disk.")
		}
		if list, err := os.ReadDir(path); err != nil || len(list) > 0 {
			return fault.Wrap(err, fault.Conflict, "The folder %s is not empty.", path).
				WithHint("Name another folder for the world.")
		}
	}
	return nil
}

// step tells how far the writing is.
func (w *world) step(n int64) {
	before := w.done
	w.done += n
	if w.options.Progress != nil && (before>>10 != w.done>>10 || w.done >= w.total) {
		w.options.Progress(w.done, w.total)
	}
}

// me returns the owner's addresses.
func (w *world) me() []string {
	p := &w.people[0]
	return []string{p.jobs[1].address, p.private, p.jobs[0].address}
}

func (w *world) writers() []func(context.Context) error {
	return []func(context.Context) error{
		w.writeContacts, w.writeMail, w.writeCalendar, w.writeLinkedIn, w.writeChats,
		w.writeSlack, w.writeTables, w.writeNetwork, w.writeCaptures,
	}
}

// birthdays gives a few known people a birthday around the end, for Today to find.
func (w *world) birthdays() {
	r := random.Stream(w.seed, "birthdays")
	for range min(5, len(w.people)/10) {
		p := &w.people[r.Whole(1, len(w.people)-1)]
		on := w.end.In(amsterdam).AddDate(0, 0, r.Whole(0, 9))
		p.birth[1], p.birth[2] = int(on.Month()), on.Day()
		if p.birth[2] == 29 && p.birth[1] == 2 {
			p.birth[2] = 28
		}
	}
}

// others names the senders and participants that are no persons.
func (w *world) others() {
	add := func(kind, name, address string) { w.senders = append(w.senders, NotPerson{kind, name, address}) }
	add("list", "Vrij Contact ledenlijst", "leden@vrijcontact.example")
	add("room", "Vergaderzaal Linde", "zaal-linde@bureau-helder.example")
	add("room", "Vergaderzaal Waterkant", "zaal-waterkant@gemeente-waterstad.example")
	add("newsletter", "Tekst & Toon", "nieuwsbrief@tekstentoon.example")
	add("newsletter", "Vrij Contact Nieuws", "nieuws@vrijcontact.example")
	add("newsletter", "Letterproef weekly", "hello@letterproef.example")
	add("newsletter", "Stadsagenda", "agenda@stadsagenda.example")
	add("robot", "Spoorreis", "noreply@spoorreis.example")
	add("robot", "Agenda", "no-reply@agenda.example")
	add("robot", "Printserver Waterstad", "printserver@gemeente-waterstad.example")
	add("robot", "Factuurhulp", "facturen-noreply@factuurhulp.example")
	add("robot", "Mail Delivery Subsystem", "mailer-daemon@bureau-helder.example")
	add("spam", "Winkelprijs", "win@prijs-nu.invalid")
	add("spam", "Dr. A. Banker", "fund@transfer.invalid")
	w.truth.NotPersons = w.senders
}

func newYear(year int) int64 { return time.Date(year, 1, 1, 0, 0, 0, 0, amsterdam).Unix() }

func yearOf(at int64) int { return time.Unix(at, 0).In(amsterdam).Year() }
