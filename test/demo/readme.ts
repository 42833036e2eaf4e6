/** What demo/README.md says, for the tests that hold it to what is committed. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { demoFolder } from '../experiments/demo.ts'

export const demoReadme = readFileSync(join(demoFolder, 'README.md'), 'utf8')

/** Cells of the rows of the first table after `from` whose heading begins with `heading`. */
export function tableOf(heading: string, from = 0): string[][] {
  const at = demoReadme.indexOf(heading, from)
  if (at < 0) throw new Error(`demo/README.md has no table that begins with ${heading}`)
  const lines = demoReadme.slice(at).split('\n')
  const end = lines.findIndex((line) => !line.startsWith('|'))
  return lines.slice(2, end).map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()))
}
