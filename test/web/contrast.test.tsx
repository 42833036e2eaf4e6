/** @vitest-environment jsdom */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { buildSchema, parse, validate } from 'graphql'
import { useState } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ComponentKind } from '../../web/src/api/generated.ts'
import { commandLine } from '../../web/src/export/command-line.ts'
import { valuesOf } from '../../web/src/plot/difference-bars.tsx'
import { readState } from '../../web/src/state/url.ts'
import { beyond, type Contrast, contrastFlags, differencesOf, keptFeatures, type Questions, sumOfDifferences } from '../../web/src/views/ask/contrast.ts'
import { Contrasted, copiesOf } from '../../web/src/views/ask/contrast-answer.tsx'
import { askParts, questionOf } from '../../web/src/views/ask/question.ts'

// Before the charts are loaded, which ask for the theme.
vi.hoisted(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {} }))
  vi.stubGlobal('ResizeObserver', class {
    observe() {}
    disconnect() {}
  })
})
afterEach(cleanup)

const commandsOf = (each: readonly Questions[0]['flags'][]) => each.map((flags) => commandLine('attribute', flags)).join('\n')

const schema = buildSchema(readFileSync(join(import.meta.dirname, '../../schema/schema.graphql'), 'utf8'))

const questions = (search: string): Questions => {
  const state = { ...readState(askParts, `q=It+is&other=It+was&${search}`), model: 'demo' }
  return [questionOf(state, state.q, '2-res'), questionOf(state, state.other, '2-res')]
}

type Side = NonNullable<Contrast['first']>
const side = (partitionKind: Side['partitionKind'], text: string, value: number, more: Partial<Side> = {}): Side => ({
  id: text, key: 'abcdef0123456789', partitionKind, mode: 'CORRECTED', rule: 'SOFTMAX', temperature: 0.1, excludeFirst: true, engine: 'e', milliseconds: 1,
  completenessError: 0, componentCount: 3, storedCount: 3, tailMass: 0, warnings: [], weakest: { nodes: [] },
  target: { type: 'LOGIT', position: 1, tokenId: 7, text, minusTokenId: null, minusText: null, layer: null, feature: null, site: null, activation: null, value, probability: 0.5 },
  ...more,
})

const part = (kind: ComponentKind, index: number, label: string, first: number | null, second: number | null, about: string | null = null): Contrast['differences'][number] => ({
  first, second, difference: (first ?? 0) - (second ?? 0), counterpart: null,
  component: kind === 'FEATURE'
    ? { __typename: 'FeatureComponent', kind, index, layer: 2, label, lookup: { id: label, name: `demo/2-res/${index}`, index, label: about } }
    : { __typename: 'OtherComponent', kind, index, layer: 2, label },
})

const byFeature: Contrast = {
  value: 3, completenessError: 1e-7, totalCount: 3, tailMass: 0,
  first: side('FEATURE', ' Paris', 5), second: side('FEATURE', ' Paris', 2),
  differences: [part('FEATURE', 320, 'L2.F320', 4, null, 'capitals'), part('FEATURE', 7, 'L2.F7', null, 2), part('SAE_BIAS', 0, 'L2.SAE_BIAS', 1, 0)],
}

const byNeuron: Contrast = {
  value: 1, completenessError: 0, totalCount: 4, tailMass: 0.5,
  first: side('NEURON', ' Paris', 3, { componentCount: 10, storedCount: 3, weakest: { nodes: [{ magnitude: 0.25 }] } }),
  second: side('NEURON', ' Rome', 2, { componentCount: 10, storedCount: 3, weakest: { nodes: [{ magnitude: 0.125 }] } }),
  differences: [part('NEURON', 4, 'L0.N4', 2, 1), part('NEURON', 5, 'L1.N5', 1, 0.5), part('REST', 0, 'L0.REST', 0, 0), part('REST', 0, 'L1.REST', 0, 0)],
}

describe('what differs between two prompts', () => {
  it('has the features that are kept of either, each once', () => {
    const kept = (...indexes: number[]) => ({ id: 'a', contributions: { nodes: indexes.map((index) => ({ component: { __typename: 'FeatureComponent' as const, index } })) } })
    expect(keptFeatures({ first: kept(320, 7), second: kept(7, 41) })).toEqual([7, 41, 320])
    expect(keptFeatures({ first: null, second: null })).toEqual([])
  })

  it('does not take a part that is not there for one without a share', () => {
    const [most, other] = differencesOf(byFeature)
    expect(most).toMatchObject({ label: '2-res/320 · capitals', first: 4, second: null, absence: 'does not fire', href: '/feature/demo/2-res/320' })
    expect(valuesOf([other!], ['First prompt', 'First minus second']).map(({ value }) => value)).toEqual([null, -2])
  })

  it('names what is left over of both prompts, by the words that it has in a split by feature alone', () => {
    const rest = (side: Contrast) => differencesOf({ ...side, differences: [{ ...part('REST', 5, 'L2.REST@5', 1, 1), counterpart: { __typename: 'OtherComponent', label: 'L2.REST@6' } }] })[0]?.label
    expect([rest(byFeature), rest(byNeuron)]).toEqual(['L2.REST@5 | L2.REST@6 other features', 'L2.REST@5 | L2.REST@6'])
  })

  it('sums to the difference of the targets: of each layer where each is split', () => {
    expect(sumOfDifferences(byFeature)).toBe(3)
    expect(sumOfDifferences(byNeuron)).toBe((1 + 0.5 + 0.5) / 2)
    expect(sumOfDifferences({ ...byFeature, totalCount: 4 })).toBeNull()
  })

  it('says how much the parts without a row can differ', () => {
    expect(beyond(byNeuron)).toEqual({ count: 6, sum: 0.5, most: 0.375 })
    expect(beyond(byFeature)).toBeNull()
  })

  it('is a command and a query, which ask about exactly the features that are shown', () => {
    const asked = questions('by=feature&target=Paris')
    expect(commandsOf(contrastFlags(asked, [7, 320], 24)))
      .toBe("npx tributary attribute --model demo --text 'It is' --by feature --sae demo/2-res --target Paris --per feature --only 7,320 --top 24 --against 'It was' --align end")
    expect(commandsOf(contrastFlags(questions('by=neuron'), [], 24)))
      .toBe("npx tributary attribute --model demo --text 'It is' --by neuron --layer all --top 24 --against 'It was'")
    const { graphql, csv } = copiesOf({ contrast: byFeature, questions: asked, features: [7, 320], differences: differencesOf(byFeature), svg: () => '' })
    const text = graphql?.() ?? ''
    expect(validate(schema, parse(text))).toEqual([])
    expect(text).toContain('align: END')
    expect(text.replace(/\s+/g, ' ')).toContain('partition: {feature: {source: "2-res", per: FEATURE, features: [7, 320]}}')
    expect(csv?.().split('\r\n').slice(0, 3)).toEqual([
      'kind,layer,index,label,first,second,difference', 'FEATURE,2,320,2-res/320 · capitals,4,,4', 'FEATURE,2,7,2-res/7,,2,-2',
    ])
  })
})

/** With the state that the address has. */
function Searched(props: Omit<Parameters<typeof Contrasted>[0], 'search'>) {
  const [find, onFind] = useState('')
  return <Contrasted {...props} search={{ find, onFind }} />
}

describe('the answer to two prompts', () => {
  it('is a table too, searched by name, with what is not there in words', () => {
    render(<Searched contrast={byFeature} questions={questions('by=feature')} features={[7, 320]} />)
    const rows = () => within(screen.getByRole('table')).getAllByRole('row').slice(1).map((row) => within(row).getAllByRole('cell').map(({ textContent }) => textContent))
    expect(rows()).toEqual([
      ['2-res/320 · capitals', '+4.000', '+4.000', 'does not fire'],
      ['2-res/7', 'does not fire', '−2.000', '+2.000'],
      ['L2.SAE_BIAS bias of the set', '+1.000', '+1.000', '0'],
    ])
    expect(screen.getByRole('link', { name: '2-res/320 · capitals' }).getAttribute('href')).toBe('/feature/demo/2-res/320')
    expect(screen.queryByText(/targets of their own/)).toBeNull()
    fireEvent.change(screen.getByRole('searchbox', { name: 'Find' }), { target: { value: 'CAPITALS' } })
    expect(rows()).toHaveLength(1)
    expect(screen.getAllByRole('status')[0]?.textContent).toBe('1 of 3 components, the largest difference first')
  })

  it('says which targets are compared, and what is not listed', () => {
    render(<Searched contrast={byNeuron} questions={questions('by=neuron')} features={[]} />)
    expect(screen.getByText(/targets of their own, ␣Paris and ␣Rome/)).toBeTruthy()
    expect(screen.getByText(/The other 6 neurons .* sum to \+0\.5000, and none is larger than 0\.3750/)).toBeTruthy()
  })
})
