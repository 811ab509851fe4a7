package contacts

// What the tests of this package look at, from outside it.
var EachName = eachName
