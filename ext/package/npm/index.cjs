// sqlite-coreset for Node: where the extension lies, and how it is loaded.
"use strict";

const { arch, platform } = process;

// The path of the extension, for a host's own way to load one.
function getLoadablePath() {
  const name = `sqlite-coreset-${platform}-${arch}`;
  try {
    return require.resolve(`${name}/coreset.so`);
  } catch (cause) {
    throw new Error(
      `${name} is not installed: npm leaves it out where the optional packages of sqlite-coreset are, or there is none for ` +
        `this system; build coreset.so from the source and give its path to loadExtension()`,
      { cause },
    );
  }
}

// Loads the extension into a connection: of better-sqlite3, of node:sqlite opened with { allowExtension: true }, of libsql or
// bun:sqlite, and of the npm package sqlite3, to whose loadExtension() the callback goes.
function load(db, ...callback) {
  return db.loadExtension(getLoadablePath(), ...callback);
}

module.exports = { getLoadablePath, load };
