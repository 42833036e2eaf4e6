/** @vitest-environment jsdom */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { buildSchema, parse, validate } from 'graphql'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { readState } from '../../web/src/state/url.ts'
import { tokenName } from '../../web/src/ui/words.ts'
import { placesOf, sidesOf } from '../../web/src/views/ask/compared.ts'
import { TokenComparison } from '../../web/src/views/ask/comparison.tsx'
import type { Compared, Questions } from '../../web/src/views/ask/contrast.ts'
import { comparedCopies } from '../../web/src/views/ask/copies.ts'
import { askParts, questionOf } from '../../web/src/views/ask/question.ts'
import { Warnings } from '../../web/src/views/ask/warnings.tsx'

// Before the charts are loaded, which ask for the theme.
vi.hoisted(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {} }))
  vi.stubGlobal('ResizeObserver', class {
    observe() {}
    disconnect() {}
  })
})
afterEach(cleanup)

const schema = buildSchema(readFileSync(join(import.meta.dirname, '../../schema/schema.graphql'), 'utf8'))

const questions = (search: string): Questions => {
  const state = { ...readState(askParts, `q=It+is&other=So+it+was&${search}`), model: 'demo' }
  return [questionOf(state, state.q), questionOf(state, state.other)]
}

type Side = NonNullable<Compared['first']>
const side = (text: string, value: number): Side => ({
  id: text, key: 'abcdef0123456789', partitionKind: 'GROUP', mode: 'CORRECTED', rule: 'SOFTMAX', temperature: 0.1, excludeFirst: true, engine: 'e', milliseconds: 1,
  completenessError: 0, componentCount: 3, storedCount: 3, tailMass: 0, warnings: [], sequence: { id: text, tokenCount: 2, tokens: [] },
  target: { type: 'LOGIT', position: 1, tokenId: 7, text, minusTokenId: null, minusText: null, layer: null, feature: null, site: null, activation: null, value, probability: 0.5 },
})

const word = (index: number, label: string) => ({ __typename: 'GroupComponent' as const, kind: 'GROUP' as const, index, layer: null, label })
const bias = { __typename: 'OtherComponent' as const, kind: 'BIAS' as const, index: 0, layer: null, label: 'BIAS' }

/** "It is" beside "So it was", paired from the end. */
const compared: Compared = {
  value: 2.5, completenessError: 0, totalCount: 4, tailMass: 0, first: side(' Paris', 4.5), second: side(' Paris', 2),
  differences: [
    { first: 1, second: 0.5, difference: 0.5, component: word(0, 'It'), counterpart: word(1, ' it') },
    { first: 3, second: 2, difference: 1, component: word(1, ' is'), counterpart: word(2, ' was') },
    { first: 0.5, second: 0.25, difference: 0.25, component: bias, counterpart: bias },
    { first: null, second: -0.75, difference: 0.75, component: word(0, 'So'), counterpart: word(0, 'So') },
  ],
}

describe('two prompts part by part', () => {
  it('are read in their own order, and each sums to its own target', () => {
    const sums = sidesOf(compared)?.map(({ contributions: { nodes } }) => nodes.map(({ component: { label }, score }) => [label, score]))
    expect(sums).toEqual([[['It', 1], [' is', 3], ['BIAS', 0.5]], [['So', -0.75], [' it', 0.5], [' was', 2], ['BIAS', 0.25]]])
    expect(sidesOf({ ...compared, second: null })).toBeNull()
  })

  it('have the places that one of them lacks where these are read', () => {
    const { places, others } = placesOf(compared, true, tokenName)
    expect(places).toEqual([
      { first: null, second: 0, label: '– | So', difference: 0.75 },
      { first: 0, second: 1, label: 'It | ␣it', difference: 0.5 },
      { first: 1, second: 2, label: '␣is | ␣was', difference: 1 },
    ])
    expect(others.map(({ component: { label } }) => label)).toEqual(['BIAS'])
    const fromBeginning: Compared = { ...compared, differences: [
      { first: 1, second: 1, difference: 0, component: word(0, 'It'), counterpart: word(0, 'It') },
      { first: null, second: 2, difference: -2, component: word(1, ' is'), counterpart: word(1, ' is') },
    ] }
    expect(placesOf(fromBeginning, false, tokenName).places.map(({ label }) => label)).toEqual(['It', '– | ␣is'])
  })

  it('choose a place in both at once, by mouse and by keyboard', () => {
    const onPick = vi.fn()
    const show = (pick: number | null) => <TokenComparison questions={questions('by=word')} compared={compared} layers={4} pick={pick} onPick={onPick} />
    const { rerender } = render(show(null))
    const map = (name: string) => screen.getByRole('listbox', { name })
    fireEvent.click(within(map('Second prompt')).getByRole('option', { name: /was/ }))
    expect(onPick).toHaveBeenLastCalledWith(2, undefined)
    rerender(show(2))
    const chosen = () => screen.getAllByRole('option', { selected: true }).map((option) => option.getAttribute('aria-label'))
    expect(chosen()).toEqual(['␣is +3.000', '␣was +2.000', '␣is | ␣was +1.000'])
    fireEvent.keyDown(map('First prompt'), { key: 'ArrowLeft' })
    expect(onPick).toHaveBeenLastCalledWith(1, { replace: true })
    fireEvent.keyDown(map('Difference'), { key: 'Home' })
    expect(onPick).toHaveBeenLastCalledWith(0, { replace: true })
    rerender(show(0))
    expect(chosen()).toEqual(['So −0.7500', '– | So +0.7500'])
    fireEvent.keyDown(map('Difference'), { key: 'Escape' })
    expect(onPick).toHaveBeenLastCalledWith(null, { replace: true })
    expect(screen.getByText(/have 2 and 3 words, paired from the end/)).toBeTruthy()
    expect(screen.getByText('Beside the text: BIAS +0.2500')).toBeTruthy()
  })

  it('are taken along with their difference, which one query and one command give', () => {
    const { json, csv, graphql, command } = comparedCopies({ questions: questions('by=word'), compared: [compared], svg: () => '' })
    expect(json?.()).toBe(compared)
    expect(csv?.().split('\r\n').slice(0, 2)).toEqual(['kind,layer,index,label,first,second,difference', 'GROUP,,0,It |  it,1,0.5,0.5'])
    expect(command?.()).toBe("npx tributary attribute --model demo --text 'It is' --by group --groups words --top 4 --against 'So it was' --align end")
    const query = graphql?.() ?? ''
    expect(validate(schema, parse(query))).toEqual([])
    expect(query).toContain('align: END')
  })

  it('by sublayer are two questions in one query, without an alignment', () => {
    const { graphql, command, json } = comparedCopies({ questions: questions('by=module'), compared: [compared, compared], svg: () => '' })
    const query = graphql?.() ?? ''
    expect(validate(schema, parse(query))).toEqual([])
    expect(query).toMatch(/attributionContrast1: attributionContrast[^]*attributionContrast2: attributionContrast/)
    expect(query).not.toContain('align')
    expect(command?.().split('\n').map((line) => /--module (\w+)/.exec(line)?.[1])).toEqual(['attention', 'mlp'])
    expect(json?.()).toEqual([compared, compared])
  })

  it('say which of them a warning is about', () => {
    render(<Warnings of={[{ warnings: [] }, { warnings: ['A blank stands at the end.'] }]} />)
    expect(screen.getByText('Second prompt: A blank stands at the end.')).toBeTruthy()
    cleanup()
    render(<Warnings of={[{ warnings: ['A blank stands at the end.'] }]} />)
    expect(screen.getByText('A blank stands at the end.')).toBeTruthy()
  })
})
