package tie

// Of says in SQL whose ties a condition is about: a person of a space, by the evidence of an owner or of the whole
// space, which Shared stands for: the placeholder of the zero id.
type Of struct{ Space, Owner, Shared, Person string }

// With is the condition that the person has a tie with one of some people, a list in SQL.
func (o Of) With(people string) string {
	return `exists (select 1 from tie t where ` + o.ties() + ` and t.other in (` + people + `))`
}

// OverOne is the condition that somebody with whom the person has a tie has one with one of some people, by the
// evidence of a viewer or of the space.
func (o Of) OverOne(viewer, people string) string {
	return `exists (select 1 from tie t join tie u on u.space = t.space and u.person = t.other
		and u.owner in (` + viewer + `, ` + o.Shared + `) where ` + o.ties() + ` and u.other in (` + people + `))`
}

func (o Of) ties() string {
	return `t.space = ` + o.Space + ` and t.owner in (` + o.Owner + `, ` + o.Shared + `) and t.person = ` + o.Person
}
