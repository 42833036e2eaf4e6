/** The command that asks the same in a terminal. */
const SAFE = /^[\w./:@%+=,-]+$/

/** For POSIX shells. */
const shellQuoted = (text: string): string => (SAFE.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

/** Flags without a value (null) are left out. */
export const commandLine = (command: string, flags: Readonly<Record<string, string | number | null>>): string =>
  ['npx tributary', command, ...Object.entries(flags).flatMap(([name, value]) => (value === null ? [] : [`--${name} ${shellQuoted(String(value))}`]))].join(' ')

/** A text in a statement. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A text that is searched for with `LIKE`, in which nothing stands for anything else. */
export const likeText = (text: string): string => text.replace(/[\\%_]/g, (sign) => `\\${sign}`)

/** A statement for those who think in SQL. */
export const sqlCommand = (statement: string): string => `npx tributary sql ${shellQuoted(statement)}`
