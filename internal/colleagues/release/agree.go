package release

import "math"

// table counts how many have each pair of two kinds of numbers, and how many each number.
func table(a, b []uint32) (cells map[[2]uint32]int, ofA, ofB map[uint32]int) {
	cells, ofA, ofB = map[[2]uint32]int{}, map[uint32]int{}, map[uint32]int{}
	for i := range a {
		cells[[2]uint32{a[i], b[i]}]++
		ofA[a[i]]++
		ofB[b[i]]++
	}
	return cells, ofA, ofB
}

// adjustedRand is how far two divisions of the same things agree (Hubert & Arabie 1985): 1 for the same, 0 for no more
// than chance; NaN when both leave all together or all apart, or there are fewer than two.
func adjustedRand(a, b []uint32) float64 {
	if len(a) < 2 {
		return math.NaN()
	}
	pairs := func(n int) float64 { return float64(n) * float64(n-1) / 2 }
	cells, ofA, ofB := table(a, b)
	var both, inA, inB float64
	for _, n := range cells {
		both += pairs(n)
	}
	for _, n := range ofA {
		inA += pairs(n)
	}
	for _, n := range ofB {
		inB += pairs(n)
	}
	expected := inA * inB / pairs(len(a))
	most := (inA + inB) / 2
	if math.Abs(most-expected) < 1e-12 {
		return math.NaN()
	}
	return (both - expected) / (most - expected)
}

// adjustedMutualInformation is how much two divisions of the same things tell of each other beyond chance (Vinh, Epps &
// Bailey 2010, with the arithmetic mean of both entropies): 1 for the same, 0 for no more than chance; NaN when both
// leave all together or all apart.
func adjustedMutualInformation(a, b []uint32) float64 {
	n := float64(len(a))
	if len(a) < 2 {
		return math.NaN()
	}
	cells, ofA, ofB := table(a, b)
	information := 0.0
	for at, c := range cells {
		x := float64(c)
		information += x / n * math.Log(n*x/(float64(ofA[at[0]])*float64(ofB[at[1]])))
	}
	entropy := func(sizes map[uint32]int) float64 {
		sum := 0.0
		for _, c := range sizes {
			sum -= float64(c) / n * math.Log(float64(c)/n)
		}
		return sum
	}
	mean := (entropy(ofA) + entropy(ofB)) / 2
	expected := expectedInformation(ofA, ofB, len(a))
	if math.Abs(mean-expected) < 1e-12 {
		return math.NaN()
	}
	return (information - expected) / (mean - expected)
}

// expectedInformation is the mutual information of two divisions with these sizes whose members are drawn by chance.
// Groups of one size are taken together.
func expectedInformation(ofA, ofB map[uint32]int, all int) float64 {
	often := func(sizes map[uint32]int) map[int]float64 {
		out := map[int]float64{}
		for _, n := range sizes {
			out[n]++
		}
		return out
	}
	log := func(n int) float64 { // of n factorial
		x, _ := math.Lgamma(float64(n) + 1)
		return x
	}
	n := float64(all)
	sum := 0.0
	rows, columns := often(ofA), often(ofB)
	for x, timesX := range rows {
		for y, timesY := range columns {
			fixed := log(x) + log(y) + log(all-x) + log(all-y) - log(all)
			for c := max(1, x+y-all); c <= min(x, y); c++ {
				chance := math.Exp(fixed - log(c) - log(x-c) - log(y-c) - log(all-x-y+c))
				sum += timesX * timesY * chance * float64(c) / n * math.Log(n*float64(c)/(float64(x)*float64(y)))
			}
		}
	}
	return sum
}
