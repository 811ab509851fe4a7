// Package scale is the part of Gave in deriving ties on many machines: Spark brings the evidence of each pair of people
// together and in order of time, and pipes it through Fold, which calls the product's own code of ties. So a formula is
// written once, and the ties are those that a database would have to the last bit (docs/scale.md).
package scale
