/** Where this installation keeps what it makes: `.tributary` in the project's folder, or TRIBUTARY_HOME. */
import path from 'node:path'

const projectFolder = path.dirname(path.dirname(import.meta.dirname))

export const tributaryHome = (): string =>
  path.resolve(process.env['TRIBUTARY_HOME'] || path.join(projectFolder, '.tributary'))
