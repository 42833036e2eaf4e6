/** Where this installation keeps what it makes: `.tributary` in the project's folder, or TRIBUTARY_HOME. */
import path from 'node:path'

const projectFolder = path.dirname(path.dirname(import.meta.dirname))

/** The default of every program that opens the database. */
export const embeddedHome = (): string =>
  path.resolve(process.env['TRIBUTARY_HOME'] || path.join(projectFolder, '.tributary'))
