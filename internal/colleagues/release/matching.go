package release

// matching returns the largest number of pairs, each of one of the rows and one of the columns that it names, in which
// nobody is twice (Hopcroft & Karp 1973). By König's theorem it is also the least number of people without whom no row
// names a column any more: how broad the bridge between them is. Whoever comes or goes on one side changes it by 1 at
// most, however many they name or are named by. to has for each row the columns it names, from 0 to below columns.
func matching(to [][]int, columns int) int {
	const free = -1
	ofRow, ofColumn := make([]int, len(to)), make([]int, columns)
	for i := range ofRow {
		ofRow[i] = free
	}
	for j := range ofColumn {
		ofColumn[j] = free
	}
	pairs := 0
	for i, list := range to { // most are found at once
		for _, j := range list {
			if ofColumn[j] == free {
				ofRow[i], ofColumn[j] = j, i
				pairs++
				break
			}
		}
	}
	depth, at := make([]int, len(to)), make([]int, len(to))
	var queue []int
	for {
		queue = queue[:0]
		for i := range to {
			depth[i], at[i] = -1, 0
			if ofRow[i] == free && len(to[i]) > 0 {
				depth[i] = 0
				queue = append(queue, i)
			}
		}
		open := false
		for head := 0; head < len(queue); head++ {
			i := queue[head]
			for _, j := range to[i] {
				switch next := ofColumn[j]; {
				case next == free:
					open = true
				case depth[next] < 0:
					depth[next] = depth[i] + 1
					queue = append(queue, next)
				}
			}
		}
		if !open {
			return pairs
		}
		for i := range to {
			if ofRow[i] == free && depth[i] == 0 && augment(to, ofRow, ofColumn, depth, at, i) {
				pairs++
			}
		}
	}
}

// augment finds a way along which one more pair can be made, without calling itself: ways may be as long as there are
// rows.
func augment(to [][]int, ofRow, ofColumn, depth, at []int, from int) bool {
	way := []int{from}
	for len(way) > 0 {
		i := way[len(way)-1]
		if at[i] == len(to[i]) {
			depth[i] = -1
			way = way[:len(way)-1]
			continue
		}
		j := to[i][at[i]]
		at[i]++
		next := ofColumn[j]
		if next < 0 {
			for k := len(way) - 1; k >= 0; k-- {
				row := way[k]
				column := to[row][at[row]-1]
				ofRow[row], ofColumn[column] = column, row
			}
			return true
		}
		if depth[next] == depth[i]+1 {
			way = append(way, next)
		}
	}
	return false
}
