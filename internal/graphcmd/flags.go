package graphcmd

// Flag is a flag of the command and where its value belongs.
type Flag struct {
	Name string
	Help string
	// Every says that all kernels take it; the others are named by the kernels that do.
	Every bool
	// Zero says that 0 is a number like another, or one with a meaning of its own.
	Zero bool
	// Value returns where a request holds it: a *bool, *int, *uint64, *float64 or *string.
	Value func(*Request) any
}

// Flags returns all flags, in the order in which help shows them.
func Flags() []Flag {
	return []Flag{
		{"weights", "Keep the weights of the file.", true, false, func(r *Request) any { return &r.Weighted }},
		{"bits", "How many bits a weight has: 64, or 32 for half the memory.", true, false, func(r *Request) any {
			return &r.Bits
		}},
		{"directed", "Keep the direction of ties where the file does not say.", true, false, func(r *Request) any {
			return &r.Directed
		}},
		{"signed", "Allow weights below zero.", true, false, func(r *Request) any { return &r.Signed }},
		{"threads", "How many threads work; 0 is one for each processor.", true, true, func(r *Request) any {
			return &r.Threads
		}},
		{"runs", "How often the kernel is run and timed.", true, false, func(r *Request) any { return &r.Runs }},
		{"out", "Write the values to this file as CSV.", true, false, func(r *Request) any { return &r.Out }},
		{"source", "The node to start from; by default the one with most ties.", false, false, func(r *Request) any {
			return &r.Source
		}},
		{"pairs", "A file of two nodes a line; by default 1,000 random pairs.", false, false, func(r *Request) any {
			return &r.Pairs
		}},
		{
			"measure", "What weights are: strength, which multiplies, or length, which adds.", false,
			false, func(r *Request) any { return &r.Measure },
		},
		{"hops", "How many ties a path may have; 0 is any number.", false, true, func(r *Request) any {
			return &r.Hops
		}},
		{"k", "How many of something.", false, false, func(r *Request) any { return &r.K }},
		{"samples", "How many are drawn at random; 0 is all, or what is usual.", false, true, func(r *Request) any {
			return &r.Samples
		}},
		{"seed", "The seed of random choices, for kernels that make any.", true, false, func(r *Request) any {
			return &r.Seed
		}},
		{"damping", "The chance that a random walk goes on, by default 0.85.", false, false, func(r *Request) any {
			return &r.Damping
		}},
		{"tolerance", "How far off the result may be.", false, false, func(r *Request) any { return &r.Tolerance }},
		{"resolution", "More gives more communities, by default 1.", false, false, func(r *Request) any {
			return &r.Resolution
		}},
		{
			"iterations", "How often the method runs, each time from its last result, by default 3.", false,
			false, func(r *Request) any { return &r.Iterations },
		},
		{"objective", "What communities are judged by: modularity or cpm.", false, false, func(r *Request) any {
			return &r.Objective
		}},
		{"beta", "How much neighbours count.", false, false, func(r *Request) any { return &r.Beta }},
		{"error", "How far off an estimate may be.", false, false, func(r *Request) any { return &r.Error }},
		{"nodes", "A table of nodes with a column id.", false, false, func(r *Request) any { return &r.Nodes }},
		{"group", "The column that says which group a node is in.", false, false, func(r *Request) any {
			return &r.Group
		}},
		{"stance", "The column with each node's own stance.", false, false, func(r *Request) any { return &r.Stance }},
		{"layers", "Two layers of the file, separated by a comma.", false, false, func(r *Request) any {
			return &r.Layers
		}},
		{"since", "Leave out contacts that begin before this time.", false, false, func(r *Request) any {
			return &r.Since
		}},
		{"until", "Leave out contacts that end after this time.", false, false, func(r *Request) any {
			return &r.Until
		}},
		{"at", "The moment; by default the last of the file.", false, false, func(r *Request) any { return &r.At }},
		{"wait", "How long what arrives stays before it goes on.", false, true, func(r *Request) any {
			return &r.Wait
		}},
		{"unit", "How many units of the file's times count as one.", false, false, func(r *Request) any {
			return &r.Unit
		}},
		{
			"half-life", "How long it takes a contact to count half; by default 180 days in seconds.", false, false,
			func(r *Request) any { return &r.HalfLife },
		},
	}
}
