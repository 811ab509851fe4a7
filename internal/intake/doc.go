// Package intake is how the world comes in: one file a format. A reader turns foreign bytes into plain records
// (record.go) and never touches the database; the loader turns records into people, interactions and statements.
package intake
