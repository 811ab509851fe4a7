// Package graphio reads and writes files of graphs: edge lists, GraphML, GEXF, Pajek, tables of nodes and edges, and
// the snapshots of package graph.
//
// [ReadFile] and [WriteFile] tell the format by the name and the first bytes ([DetectFormat]); each format has
// functions of its own, such as [ReadEdgeList] and [ReadGraphML]. A reader gives a [Network]: the graph, what its nodes
// are called, their attributes, the layers, and which records could not be read and why. Bad input is normal: a reader
// keeps what is good, counts what is not ([Network] Rejected), and tells of the first [MaxProblems] in which line they
// stand.
//
// [ReadContacts] and [WriteContacts] are for contacts in time, a table of time, from, to and duration.
//
// Readers of foreign bytes are fuzzed, and limit what a compressed file may unpack to ([ReadOptions] MaxBytes).
package graphio
