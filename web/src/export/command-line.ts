/** The command that asks the same question in a terminal. */
const SAFE = /^[\w./:@%+=,-]+$/

/** For POSIX shells. */
const shellQuoted = (text: string): string => (SAFE.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

/** Flags of null are left out; those of true are written alone. */
export const commandLine = (command: string, flags: Readonly<Record<string, string | number | true | null>>): string =>
  [
    'npx tributary', command,
    ...Object.entries(flags).flatMap(([name, value]) => (value === null ? [] : value === true ? [`--${name}`] : [`--${name} ${shellQuoted(String(value))}`])),
  ].join(' ')

/** A text as a literal in a SQL statement. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A text for a search with `LIKE`, with its wildcards escaped. */
export const likeText = (text: string): string => text.replace(/[\\%_]/g, (sign) => `\\${sign}`)

/** A statement for those who think in SQL. */
export const sqlCommand = (statement: string): string => `npx tributary sql ${shellQuoted(statement)}`
