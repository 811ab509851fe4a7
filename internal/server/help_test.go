package server_test

import (
	"gave.network/internal/app"
	"gave.network/internal/people"
)

// mustInput returns an operation's input with its defaults.
func mustInput(a *app.App, name string) any {
	o, ok := a.Operations.Find(name)
	if !ok {
		panic(name)
	}
	return o.NewInput().Elem().Interface()
}

func firstPerson(list any) string {
	return list.(people.PeopleList).People[0].ID.String()
}
