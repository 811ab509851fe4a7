package table

// What the tests of this package look at, from outside it.
const MaxCell = maxCell
