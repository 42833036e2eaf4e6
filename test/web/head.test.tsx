/** @vitest-environment jsdom */
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { commandLine } from '../../web/src/export/command-line.ts'
import { readState } from '../../web/src/state/url.ts'
import { type Asked, headFlags, headParts, patternFlags, readHead, splitLayer, whyInput } from '../../web/src/views/head/question.ts'

afterEach(cleanup)
beforeAll(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {} }))
  vi.stubGlobal('ResizeObserver', class {
    observe() {}
    disconnect() {}
  })
})

const asked = (search: string, layer = 2): Asked => ({ model: 'demo', layer, head: 5, state: readState(headParts, `text=a+b&${search}`) })

describe('the question of a head', () => {
  it('reads the name of a head, and nothing else', () => {
    expect([readHead('2.5'), readHead('12.0')]).toEqual([{ layer: 2, head: 5 }, { layer: 12, head: 0 }])
    expect(['2', '2.', 'L2.H5', '2.5.1', '-1.0', '2.5x'].map(readHead)).toEqual([null, null, null, null, null, null])
  })

  it('splits the streams by token, or by the heads of a layer below', () => {
    expect(whyInput(asked(''), 3, 1)).toEqual({ model: 'demo', text: 'a b', layer: 2, head: 5, query: 3, key: 1 })
    expect(whyInput(asked('by=head'), 3, 1)).toMatchObject({ partition: { head: { layer: 1 } } })
    expect(whyInput(asked('by=head&from=0'), 3, 1)).toMatchObject({ partition: { head: { layer: 0 } } })
    expect(splitLayer(asked('by=head&from=9'))).toBe(1)
    expect(whyInput(asked('by=head', 0), 3, 1)).not.toHaveProperty('partition')
  })

  it('is a command line', () => {
    expect(headFlags(asked('by=head'), 3, 1)).toEqual({ model: 'demo', text: 'a b', attention: '2.5', query: 3, key: 1, by: 'head', layer: 1 })
    expect(commandLine('attribute', patternFlags(asked('by=head')))).toBe("npx tributary attribute --model demo --text 'a b' --attention 2.5 --pattern")
    expect(headFlags(asked(''), null, null)).toMatchObject({ by: null, layer: null, query: null, key: null })
  })
})

describe('the place that is explained', () => {
  const rows = [[1, 0, 0], [0.2, 0.8, 0], [0.1, 0.6, 0.3]]

  it('is the last position and the key that it attends to most, unless others are chosen', async () => {
    const { placeOf } = await import('../../web/src/views/head/pattern.tsx')
    expect(placeOf({ query: null, key: null }, rows)).toEqual({ query: 2, key: 1 })
    expect(placeOf({ query: 0, key: null }, rows)).toEqual({ query: 0, key: 0 })
    expect(placeOf({ query: 2, key: 0 }, rows)).toEqual({ query: 2, key: 0 })
    // Behind the query nothing is attended to, and beyond the prompt there is nothing.
    expect(placeOf({ query: 1, key: 2 }, rows)).toEqual({ query: 1, key: 1 })
    expect(placeOf({ query: 99, key: null }, rows)).toEqual({ query: 2, key: 1 })
    expect(placeOf({ query: null, key: null }, [])).toEqual({ query: 0, key: 0 })
  })
})

describe('a grid of heads', () => {
  it('is one stop of the Tab key, in which arrows walk by layer and head, and Enter opens the head', async () => {
    const { HeadGrid } = await import('../../web/src/plot/head-grid.tsx')
    const onChoose = vi.fn<(cell: { label: string }) => void>()
    const cells = [0, 1].flatMap((layer) => [0, 1].map((head) => ({ layer, column: `H${head}`, label: `L${layer}.H${head}`, value: layer - head / 2 })))
    render(<HeadGrid label="Shares" cells={cells} columnLabel="head" onChoose={onChoose} />)
    const grid = screen.getByRole('listbox', { name: 'Shares, cell by cell' })
    const walked = ['ArrowRight', 'ArrowRight', 'ArrowUp', 'ArrowUp', 'ArrowLeft'].map((key) => {
      fireEvent.keyDown(grid, { key })
      return screen.getByRole('option', { selected: true }).textContent
    })
    // The first key goes to the first cell; at an edge a key leads nowhere.
    expect(walked).toEqual(['L0.H0 0', 'L0.H1 −0.5000', 'L1.H1 +0.5000', 'L1.H1 +0.5000', 'L1.H0 +1.000'])
    fireEvent.keyDown(grid, { key: 'Enter' })
    expect(onChoose.mock.calls.map(([{ label }]) => label)).toEqual(['L1.H0'])
    fireEvent.keyDown(grid, { key: 'Escape' })
    expect(screen.queryByRole('option')).toBeNull()
  })
})

describe('a packed pattern', () => {
  it('has a row for each token, in it the numbers that were packed', async () => {
    const { unpacked } = await import('../../web/src/views/head/use-pattern.ts')
    expect(unpacked(btoa(String.fromCharCode(...new Uint8Array(Float32Array.of(1, 0, 0.25, 0.75).buffer))), 2).map((row) => [...row])).toEqual([[1, 0], [0.25, 0.75]])
    expect(() => unpacked('AAAA', 2)).toThrow('A pattern of 2 tokens has 16 bytes; 3 came.')
  })
})

describe('the keys of two prompts', () => {
  const pattern = (texts: string[], rows: number[][]) =>
    ({ rows, tokens: texts.map((text, index) => ({ __typename: 'Token' as const, index, text, tokenId: index, start: 0, end: 1 })) })
  const left = pattern(['a', 'b'], [[1, 0], [0.25, 0.75]])

  it('stand beside each other by place where the prompts have the same length', async () => {
    const { keysOf } = await import('../../web/src/views/head/comparison.tsx')
    const right = pattern(['a', 'c'], [[1, 0], [0.9, 0.1]])
    expect(keysOf([left, right], [{ query: 1 }, { query: 1 }], true)).toEqual([
      { name: 'a #0', first: 0.25, second: 0.9 }, { name: 'b #1 | c #1', first: 0.75, second: 0.1 },
    ])
  })

  it('stand apart where they have not', async () => {
    const { keysOf } = await import('../../web/src/views/head/comparison.tsx')
    const right = pattern(['c'], [[1]])
    expect(keysOf([left, right], [{ query: 1 }, { query: 0 }], false)).toEqual([
      { name: 'c #0 (second)', first: null, second: 1 }, { name: 'b #1 (first)', first: 0.75, second: null }, { name: 'a #0 (first)', first: 0.25, second: null },
    ])
  })
})

describe('a matrix', () => {
  it('is one stop of the Tab key, in which arrows walk and stay inside, and says the chosen cell to a screen reader', async () => {
    const { Matrix } = await import('../../web/src/plot/matrix.tsx')
    const onChoose = vi.fn<(place: { row: number; column: number }) => void>()
    render(<Matrix label="Attention" rows={['a', 'b']} columns={['x', 'y']} values={[[0.25, 0], [0.5, 0.75]]} rowLabel="query" columnLabel="key"
      chosen={{ row: 1, column: 1 }} onChoose={onChoose} />)
    expect(screen.getByRole('option', { selected: true }).textContent).toBe('query b, key y: +0.7500')
    const list = screen.getByRole('listbox', { name: 'Attention' })
    for (const key of ['ArrowUp', 'ArrowLeft', 'ArrowRight', 'ArrowDown', 'a']) fireEvent.keyDown(list, { key })
    expect(onChoose.mock.calls.map(([place]) => place)).toEqual([{ row: 0, column: 1 }, { row: 1, column: 0 }])
    expect(list.getAttribute('aria-activedescendant')).toBe(screen.getByRole('option').id)
  })
})
