/** @vitest-environment jsdom */
import { cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ExamplePartsFragment } from '../../web/src/api/generated.ts'
import { Strongest } from '../../web/src/views/graph/node-panel.tsx'

// Before the buttons that copy are loaded, which ask for the theme.
vi.hoisted(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {} }))
})
afterEach(cleanup)

const example = (id: string, value: number): ExamplePartsFragment => ({
  value, position: 14, first: 0, tokens: Array.from({ length: 30 }, (_, at) => ` t${at}`), values: Array.from({ length: 30 }, (_, at) => (at === 14 ? value : 0)),
  sequence: { id, tokenCount: 30 },
})

describe('examples of a feature beside its node', () => {
  it('are its strongest, each with the text around the token where it fires', () => {
    render(<Strongest statistics={{ dataset: 'places', max: 8, strongest: [example('a', 8), example('b', 2)] }} />)
    const [first, second] = screen.getAllByRole('listitem')
    expect(within(first!).getByText('8.000')).toBeTruthy()
    expect(within(second!).getByRole('option', { selected: true }).getAttribute('aria-label')).toBe('␣t14 2.000')
    expect(within(first!).getAllByRole('option')).toHaveLength(12 + 1 + 4)
    expect(first!.textContent?.match(/…/g)).toHaveLength(2)
  })

  it('are left out where it never fired', () => {
    render(<Strongest statistics={{ dataset: 'places', max: null, strongest: [] }} />)
    expect(screen.queryByRole('region')).toBeNull()
  })
})
