/** The queries in `schema/examples`: offered beside the query page and in the README, and run by the tests. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '../../schema/examples')

export interface Example {
  /** File name without its ending. */
  name: string
  /** First comment line. */
  title: string
  /** Second comment line. */
  description: string
  query: string
}

function readExample(file: string): Example {
  const [title = '', description = '', ...lines] = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n')
  const uncommented = (line: string) => line.replace(/^#\s*/, '')
  return {
    name: file.replace(/\.graphql$/, ''),
    title: uncommented(title),
    description: uncommented(description),
    query: lines.join('\n'),
  }
}

export const readExamples = (): Example[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map(readExample)
