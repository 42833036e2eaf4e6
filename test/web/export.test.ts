/** @vitest-environment jsdom */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { AnswerDocument } from '../../web/src/api/generated.ts'
import { commandLine } from '../../web/src/export/command-line.ts'
import { csvOf } from '../../web/src/export/csv.ts'
import { queryText } from '../../web/src/export/graphql-text.ts'
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
