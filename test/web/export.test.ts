/** @vitest-environment jsdom */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, parse, validate } from 'graphql'
import { describe, expect, it, vi } from 'vitest'
import { AnswerDocument, RunComponentMeansDocument } from '../../web/src/api/generated.ts'
import { commandLine, likeText, sqlCommand, sqlText } from '../../web/src/export/command-line.ts'
import { csvOf } from '../../web/src/export/csv.ts'
import { queryText, queryTexts } from '../../web/src/export/graphql-text.ts'
import { tableCopies } from '../../web/src/export/table.ts'
import { readState } from '../../web/src/state/url.ts'
import { askFlags, askParts, attributeInput } from '../../web/src/views/ask/question.ts'

const schema = buildSchema(readFileSync(join(import.meta.dirname, '../../schema/schema.graphql'), 'utf8'))
const state = { ...readState(askParts, ''), model: 'demo', q: "It's", by: 'head' as const, target: 'Mary', minus: '#7', rule: 'RELU' as const }

describe('what is taken along', () => {
  it('is CSV that every reader takes', () => {
    expect(csvOf(['label', 'score'], [['a "b", c', -0.1], [' x\n', null]])).toBe('label,score\r\n"a ""b"", c",-0.1\r\n" x\n",\r\n')
  })

  it('is a command for a shell, with what a shell would read quoted', () => {
    expect(commandLine('attribute', askFlags(state))).toBe(
      String.raw`npx tributary attribute --model demo --text 'It'\''s' --by head --layer all --target Mary --minus '#7' --rule relu`,
    )
  })

  it('is a query that runs as it stands, enums without quotes', () => {
    const text = queryText(AnswerDocument, { input: attributeInput(state) })
    expect(text).toContain('target: {logitDifference: {minus: {id: 7}, token: {text: "Mary"}}}')
    expect(text).toContain('rule: RELU')
    expect(validate(schema, parse(text))).toEqual([])
  })

  it('is a query in which a variable that is an enum has no quotes either', () => {
    const text = queryText(RunComponentMeansDocument, { id: 'x', kind: 'HEAD', first: 3 })
    expect(text).toContain('$kind: MeanKind! = HEAD')
    expect(validate(schema, parse(text))).toEqual([])
  })

  it('is one operation of two questions, which runs as it is, with what they share once', () => {
    const text = queryTexts(AnswerDocument, ['a', 'b'].map((q) => ({ input: attributeInput({ ...state, q }) })))
    expect([...text.matchAll(/^query (\w+)/gm)].map(([, name]) => name)).toEqual(['Answer'])
    expect([...text.matchAll(/^ {2}(\w+): attribute\(input: \$(\w+)\)/gm)].map(([, alias, variable]) => [alias, variable])).toEqual([['attribute1', 'input1'], ['attribute2', 'input2']])
    expect(text.match(/^fragment TokenParts/gm) ?? []).toHaveLength(text.includes('...TokenParts') ? 1 : 0)
    expect([...text.matchAll(/text: "(a|b)"/g)].map(([, q]) => q)).toEqual(['a', 'b'])
    expect(validate(schema, parse(text))).toEqual([])
  })

  it('is a table as CSV, and as JSON with a name for every cell', () => {
    const { csv, json } = tableCopies({ name: 't', columns: ['a', 'b'], rows: [[1, 'x'], [null, 'y']] }, {})
    expect(csv?.()).toBe('a,b\r\n1,x\r\n,y\r\n')
    expect(json?.()).toEqual([{ a: 1, b: 'x' }, { a: null, b: 'y' }])
  })

  it('is a statement in which nothing that someone typed means anything else', () => {
    expect(sqlCommand(`SELECT ${sqlText(likeText("it's 5%_\\"))}`)).toBe(String.raw`npx tributary sql 'SELECT '\''it'\'''\''s 5\%\_\\'\'''`)
  })
})

describe('pictures under each other', () => {
  it('are one picture as wide as the widest, each below the one before', async () => {
    vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {} }))
    const { stackedSvg } = await import('../../web/src/export/picture.ts')
    const svg = (width: number, height: number) => `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 1 1"><title>${width}</title></svg>`
    const stacked = new DOMParser().parseFromString(stackedSvg([svg(300, 40), svg(500, 60)]), 'image/svg+xml').documentElement
    expect([stacked.getAttribute('width'), stacked.getAttribute('height')]).toEqual(['500', '100'])
    expect([...stacked.querySelectorAll('svg')].map((each) => each.getAttribute('y'))).toEqual(['0', '40'])
  })
})

describe('the question', () => {
  it('says only what differs from the defaults, which the server decides', () => {
    const plain = { ...readState(askParts, ''), model: 'demo', q: 'a' }
    expect(attributeInput(plain)).toEqual({ model: 'demo', text: 'a', partition: { token: {} } })
    expect(attributeInput({ ...plain, tau: 0.2, at: -2, mode: 'REFERENCE' })).toMatchObject({ temperature: 0.2, position: -2, mode: 'REFERENCE' })
  })

  it('takes # and digits for an id, and everything else for a text', () => {
    const targetOf = (target: string) => attributeInput({ ...state, target, minus: '' }).target
    expect(targetOf('#12')).toEqual({ logit: { id: 12 } })
    expect(targetOf('#x')).toEqual({ logit: { text: '#x' } })
    expect(targetOf('')).toBeUndefined()
    expect(attributeInput({ ...state, target: '' }).target).toEqual({ logitDifference: { minus: { id: 7 } } })
  })
})
