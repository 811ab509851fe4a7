// Package external builds graphs that are larger than memory: ties are sorted on disk and written as a snapshot, which
// [graph.OpenSnapshot] maps.
//
// The method is the oldest one for data that does not fit (Knuth 1973, 5.4; Vitter 2001, "External memory algorithms"):
// arcs fill a buffer, full buffers are sorted and written as runs, and the runs are merged once, in order of source and
// target, which is the order of the rows of a graph. A graph of m ties takes O(m log m) time, the memory that it is
// given, and on disk 3 to 6 bytes for each arc without a weight while it is being built, 4 or 8 more for each with one.
// An undirected tie is two arcs.
package external
