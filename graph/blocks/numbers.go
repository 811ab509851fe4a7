package blocks

import (
	"math"
	"sync"
)

// logFactorial returns ln x!.
func logFactorial(x int64) float64 {
	if x < int64(len(factorials)) {
		return factorials[x]
	}
	y, _ := math.Lgamma(float64(x) + 1)
	return y
}

var factorials = func() (list [1 << 14]float64) {
	for i := range list {
		list[i], _ = math.Lgamma(float64(i) + 1)
	}
	return list
}()

// logChoose returns the logarithm of the binomial coefficient n over k.
func logChoose(n, k int64) float64 {
	if k <= 0 || k >= n {
		return 0
	}
	return logFactorial(n) - logFactorial(k) - logFactorial(n-k)
}

// logMultichoose returns the logarithm of how many multisets of k there are of n things.
func logMultichoose(n, k int64) float64 { return logChoose(n+k-1, k) }

// logEven returns ln x!! of an even number.
func logEven(x int64) float64 { return float64(x/2)*math.Ln2 + logFactorial(x/2) }

// tableMost is the number up to which partitions are counted one by one.
const tableMost = 1000

var partitionTable = sync.OnceValue(func() [][]float64 {
	// q(m, n) = q(m, n-1) + q(m-n, n): no part is n, or one is taken off.
	table := make([][]float64, tableMost+1)
	for m := range table {
		table[m] = make([]float64, m+1)
		for n := range table[m] {
			switch {
			case m == 0:
				table[m][n] = 0
			case n == 0:
				table[m][n] = math.Inf(-1)
			default:
				a, b := table[m][n-1], table[m-n][min(n, m-n)]
				high, low := max(a, b), min(a, b)
				table[m][n] = high + math.Log1p(math.Exp(low-high))
			}
		}
	}
	return table
})

// logPartitions returns the logarithm of q(m, n), in how many ways m is the sum of at most n numbers: exact up to
// 1,000, and beyond it by the formulas that Peixoto 2017 (appendix C) gives after Szekeres 1951.
func logPartitions(m, n int64) float64 {
	n = min(n, m)
	switch {
	case m == 0 || n == 1:
		return 0
	case n <= 0:
		return math.Inf(-1)
	case m <= tableMost:
		return partitionTable()[m][n]
	case float64(n) < math.Sqrt(math.Sqrt(float64(m))):
		return logChoose(m-1, n-1) - logFactorial(n)
	}
	root := math.Sqrt(float64(m))
	u := float64(n) / root
	v := u
	for range 1000 {
		next := u * math.Sqrt(spence(math.Exp(-v)))
		done := math.Abs(next-v) <= 1e-12*v
		if v = next; done {
			break
		}
	}
	rest := math.Log1p(-math.Exp(-v))
	f := math.Log(v) - math.Log1p(-math.Exp(-v)*(1+u*u/2))/2 - 1.5*math.Ln2 - math.Log(u) - math.Log(math.Pi)
	return f - math.Log(float64(m)) + root*(2*v/u-u*rest)
}

// spence is the dilogarithm Li2(1-x) for x in [0, 1].
func spence(x float64) float64 {
	if x > 0.5 {
		return power(1 - x)
	}
	if x == 0 {
		return math.Pi * math.Pi / 6
	}
	return math.Pi*math.Pi/6 - math.Log(x)*math.Log1p(-x) - power(x)
}

// power is Li2 by its series, for x up to a half.
func power(x float64) float64 {
	sum, term := 0.0, 1.0
	for k := 1.0; k < 200; k++ {
		term *= x
		add := term / (k * k)
		sum += add
		if add <= 1e-17*sum {
			break
		}
	}
	return sum
}
