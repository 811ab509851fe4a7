package db

import "context"

// statistics tells SQLite what tables hold in a space of 100,000 people, in the words of its table sqlite_stat1: how
// many rows, and how many of them share the first column, the first two, and so on. Without it SQLite guesses; and what
// it would measure by itself misleads, because the averages of a network of one person hide its hub: half of all ties
// are the owner's. It is the same in every file, so that a query takes the same way in each, from the first row on.
var statistics = [][3]string{
	{"fact", "fact", "10000 10000 1"},
	{"fact", "fact_kind", "10000 10000 5000 5000 2000 500"},
	{"fact", "fact_person", "10000 10000 5"},
	{"identifier", "identifier", "100000 100000 100000 50000 1 1"},
	{"identifier", "identifier_certain", "100000 100000 100000 50000 1"},
	{"identifier", "identifier_person", "100000 100000 2"},
	{"interaction", "interaction", "300000 300000 1"},
	{"interaction", "interaction_external", "300000 300000 300000 100000 1"},
	{"interaction", "interaction_import", "300000 300000 10000"},
	{"organisation", "organisation", "5000 5000 1"},
	{"organisation", "organisation_name", "5000 5000 5000 1"},
	{"participant", "participant", "600000 600000 1000 1 1"},
	{"participant", "participant_interaction", "600000 600000 2"},
	{"person", "person", "100000 100000 1"},
	{"person", "person_import", "100000 100000 10000"},
	{"person", "person_merged", "100000 100000 100000"},
	{"person", "person_sort", "100000 100000 2 1 1 1 1"},
	{"person_role", "person_role", "100000 100000 1 1 1 1"},
	{"person_role", "person_role_organisation", "100000 100000 20"},
	{"person_word", "person_word", "1000000 1000000 20 1 1"},
	{"person_word", "person_word_person", "1000000 1000000 10"},
	{"statement", "statement", "1000000 1000000 1"},
	{"statement", "statement_external", "1000000 1000000 1000000 500000 1"},
	{"statement", "statement_import", "1000000 1000000 500000"},
	{"statement", "statement_source", "1000000 1000000 20"},
	{"statement", "statement_target", "1000000 1000000 20"},
	{"tie", "tie", "200000 200000 200000 50000 1"},
	{"tie", "tie_as_of", "200000 200000 200000 50000 1"},
	{"tie", "tie_rank", "200000 200000 200000 50000 1 1 1 1"},
	{"tie_carried", "tie_carried", "1000000 1000000 20 1 1 1 1"},
	{"tie_carried", "tie_carried_import", "1000000 1000000 500000"},
	{"tie_carried", "tie_carried_other", "1000000 1000000 20 1"},
}

// describe writes the statistics into a SQLite file and makes its connections read them.
func (d *DB) describe(ctx context.Context) error {
	err := d.transact(ctx, d.write, nil, func(tx *Tx) error {
		// Looking at one table makes the table of statistics.
		if _, err := tx.ExecContext(ctx, `analyze goose_db_version; delete from sqlite_stat1`); err != nil {
			return err
		}
		var rows []any
		for _, s := range statistics {
			rows = append(rows, s[0], s[1], s[2])
		}
		return InsertMany(ctx, tx, `insert into sqlite_stat1 (tbl, idx, stat)`, 3, rows, "")
	})
	if err != nil {
		return Fault(err)
	}
	_, err = d.write.ExecContext(ctx, `analyze sqlite_schema`)
	return Fault(err)
}
