// Package peopleweb shows people and organisations: their lists, the page of each with what can be done there, who lets
// somebody in, and the picture of those around. What it shows is kept by package people.
package peopleweb
