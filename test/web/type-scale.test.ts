/**
 * Texts have few sizes and two weights (web/src/styles/base.css says why). A size that someone writes beside them costs each
 * first visitor a question to another process.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectDir } from '../../src/config.ts'

const source = path.join(projectDir, 'web/src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).map((file) => path.join(source, file))
const read = (ending: RegExp) => files.filter((file) => ending.test(file)).map((file) => ({ file: path.relative(source, file), text: readFileSync(file, 'utf8') }))

/** The query page is GraphiQL's, which has its own; the title of a view that has not been asked anything stands alone. */
const OWN = /^graphiql\//
const SIZES = ['var(--tiny)', 'var(--small)', 'var(--text)', 'var(--large)', 'var(--title)', 'inherit']

const found = (property: RegExp) => read(/\.css$/).filter(({ file }) => !OWN.test(file))
  .flatMap(({ file, text }) => [...text.matchAll(property)].map(([rule, value = '']) => ({ file, rule, value })))

describe('sizes and weights of texts', () => {
  it('have the sizes of the scale, wherever a style says one', () => {
    const sizes = found(/[^{};\n]*\{[^}]*?font-size:\s*([^;}]+)/g)
    expect(sizes.length).toBeGreaterThan(20)
    expect(sizes.filter(({ value, rule }) => !SIZES.includes(value.trim()) && !rule.startsWith('.hero h1'))).toEqual([])
  })

  it('have one of two weights', () => {
    const weights = found(/font-weight:\s*([^;}]+)/g)
    expect(weights.length).toBeGreaterThan(5)
    expect(weights.filter(({ value }) => !['400', '600'].includes(value.trim()))).toEqual([])
  })

  it('charts write theirs in the smallest one', () => {
    const [, tiny] = /--tiny: (\d+)px/.exec(readFileSync(path.join(source, 'styles/base.css'), 'utf8')) ?? []
    const sizes = read(/\.tsx?$/).filter(({ file }) => file.startsWith('plot/')).flatMap(({ file, text }) => [...text.matchAll(/fontSize: ([\d.]+)/g)].map(([, size]) => ({ file, size })))
    expect(sizes.length).toBeGreaterThan(0)
    expect(sizes.filter(({ size }) => size !== tiny)).toEqual([])
  })
})
