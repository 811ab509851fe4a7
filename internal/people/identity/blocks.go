package identity

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gave.network/internal/people"
	"gave.network/internal/text"
	"gave.network/internal/text/mailboxes"
	"gave.network/internal/text/names"
)

// blockLimit keeps the pairs of very common names in bounds: a block of more people than this is compared within
// smaller ones.
const blockLimit = 400

// keyShards is into how many parts the keys of everybody are laid, each of which is sorted by itself.
const keyShards = 64

// blockKeyShards are the keys of everybody. Two keys with one hash cost a comparison that leads to nothing; the keys
// themselves would fill the memory.
type blockKeyShards [keyShards]struct {
	hashes []uint64
	places []int32
}

func (s *blockKeyShards) add(hash uint64, place int32) {
	shard := &s[hash%keyShards]
	shard.hashes, shard.places = append(shard.hashes, hash), append(shard.places, place)
}

// blocks are who share a key, of people among whom two may be one person.
type blocks struct {
	begins, members []int32 // the members of all blocks one after another, each block in order
	first, of       []int32 // the blocks of each of the people, one after another, in order
}

func (b *blocks) block(n int) []int32 { return b.members[b.begins[n]:b.begins[n+1]] }

// firstOfBoth returns the first block in which both are; both are in one.
func (b *blocks) firstOfBoth(i, j int32) int32 {
	mine, others := b.of[b.first[i]:b.first[i+1]], b.of[b.first[j]:b.first[j+1]]
	for mine[0] != others[0] {
		if mine[0] < others[0] {
			mine = mine[1:]
		} else {
			others = others[1:]
		}
	}
	return mine[0]
}

// blocks puts together who share a key, and forgets the keys.
func (r *roll) blocks() *blocks {
	out := &blocks{begins: []int32{0}, first: make([]int32, len(r.ids)+1)}
	type keyed struct {
		hash  uint64
		place int32
	}
	var keys []keyed
	for n := range r.keys {
		shard := &r.keys[n]
		keys = keys[:0]
		for i, hash := range shard.hashes {
			keys = append(keys, keyed{hash, shard.places[i]})
		}
		shard.hashes, shard.places = nil, nil
		slices.SortFunc(keys, func(a, b keyed) int {
			return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.place, b.place))
		})
		for rest := keys; len(rest) > 0; {
			n := 1
			for n < len(rest) && rest[n].hash == rest[0].hash {
				n++
			}
			if n > 1 && n <= blockLimit {
				from := len(out.members)
				for _, k := range rest[:n] {
					out.members = append(out.members, k.place)
				}
				if r.twoEach(out.members[from:]) {
					out.members = out.members[:from]
				} else {
					out.begins = append(out.begins, int32(len(out.members)))
				}
			}
			rest = rest[n:]
		}
	}
	for _, i := range out.members {
		out.first[i+1]++
	}
	for i := range r.ids {
		out.first[i+1] += out.first[i]
	}
	out.of = make([]int32, len(out.members))
	next := slices.Clone(out.first)
	for n := range len(out.begins) - 1 {
		for _, i := range out.block(n) {
			out.of[next[i]] = int32(n)
			next[i]++
		}
	}
	return out
}

// eachPairInBlocks calls f once for every pair that shares a key: family name and first letter of the given name, given
// name and the beginning of the family name, a telephone number, or the part of an address before the @. The first of
// the two stands before the other on the roll; the records are used again after f returned. Two accounts of one list
// are not looked at: a network of a million has some hundred million pairs that share a key, and says of nearly all
// that they are two. A block is opened at a time, and a pair is looked at in the first that has both. It stops when the
// context ends.
func (r *roll) eachPairInBlocks(ctx context.Context, f func(i, j int32, a, b *record)) error {
	all := r.blocks()
	opened := make([]record, blockLimit)
	for n := range len(all.begins) - 1 {
		if n&0xff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		members := all.block(n)
		var open [blockLimit]bool
		record := func(k int) *record {
			if !open[k] {
				r.open(int(members[k]), &opened[k])
				open[k] = true
			}
			return &opened[k]
		}
		for k, i := range members {
			for l := k + 1; l < len(members); l++ {
				j := members[l]
				if i == j || r.in[i].apart(r.in[j]) || all.firstOfBoth(i, j) != int32(n) {
					continue
				}
				f(i, j, record(k), record(l))
			}
		}
	}
	return nil
}

func blockKeys(c *Candidate) []string {
	var keys []string
	given, family := blockWord(c.Name.Given), blockWord(c.Name.Family)
	switch {
	case given != "" && family != "":
		keys = append(keys, "f:"+first(given, 1)+":"+family, "g:"+given+":"+first(family, 3),
			"g:"+family+":"+first(given, 3))
		if head, tail, double := strings.Cut(family, "-"); double {
			keys = append(keys, "f:"+first(given, 1)+":"+head, "f:"+first(given, 1)+":"+tail)
		}
	case family != "":
		keys = append(keys, "o:"+family)
	case given != "":
		keys = append(keys, "w:"+given)
	}
	for word := range names.Spellings(c.Name) {
		keys = append(keys, "l:"+word)
	}
	for _, n := range c.Identifiers {
		switch n.Kind {
		case people.Telephone:
			keys = append(keys, "t:"+n.Value)
		case people.MailAddress:
			if login := mailboxes.Login(n.Value); len(login) >= 5 {
				keys = append(keys, "l:"+login)
			}
		case people.Link:
			if login := linkLogin(n.Value); len(login) >= 5 {
				keys = append(keys, "l:"+login)
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// blockWord folds a name so that the ways to write an umlaut meet.
func blockWord(name string) string {
	return umlauts.Replace(text.Fold(name))
}

var umlauts = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u", "aa", "a")
