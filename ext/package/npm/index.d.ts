/** The path of the extension, for a host's own way to load one. */
export function getLoadablePath(): string;

/** A connection that can load extensions: better-sqlite3, node:sqlite, sqlite3, libsql, bun:sqlite. */
interface Database {
  loadExtension(file: string, ...rest: any[]): any;
}

/** Loads the extension into a connection. */
export function load(db: Database, callback?: (error: Error | null) => void): any;
