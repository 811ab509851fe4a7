// Package temporal holds networks in time as contact sequences: who, whom, when, how long (Holme & Saramäki 2012). What
// can be passed on along them respects time: a contact leads on only to contacts that begin when it has ended. The
// package finds such paths (Wu et al. 2014), how far people reach and how close they are in time, how bursty their
// contacts are (Goh & Barabási 2008), and how strong ties are at any moment when contacts fade.
//
// Times and durations are whole numbers of a unit of the caller's choice, such as seconds or microseconds.
package temporal
