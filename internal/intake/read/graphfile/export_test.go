package graphfile

// What the tests of this package look at, from outside it.
const MaxUnnamed = maxUnnamed
