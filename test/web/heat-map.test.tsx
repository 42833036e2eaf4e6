/** @vitest-environment jsdom */
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { HeatMap } from '../../web/src/heat/heat-map.tsx'
import { showTheme } from '../../web/src/state/islands.ts'
import { heatSvg } from '../../web/src/heat/heat-svg.ts'

afterEach(cleanup)

const parts = [{ text: '<s>', score: -0.25 }, { text: ' capital', score: 6.2 }, { text: ' France', score: 12 }]

function shown(selected: number | null) {
  const onSelect = vi.fn<(index: number | null) => void>()
  render(<HeatMap label="Shares" parts={parts} largest={12} selected={selected} onSelect={onSelect} />)
  return { onSelect, list: screen.getByRole('listbox', { name: 'Shares' }) }
}

describe('a heat map', () => {
  it('tells a screen reader every token with its share', () => {
    shown(1)
    const names = screen.getAllByRole('option').map((option) => option.getAttribute('aria-label'))
    expect(names).toEqual(['<s> −0.2500', '␣capital +6.200', '␣France +12.000'])
    expect(screen.getByRole('option', { selected: true }).textContent).toContain('␣capital')
  })

  it('is one stop of the Tab key, in which arrows walk', () => {
    const { list, onSelect } = shown(1)
    expect(list.tabIndex).toBe(0)
    for (const key of ['ArrowRight', 'ArrowLeft', 'End', 'Home', 'Escape']) fireEvent.keyDown(list, { key })
    expect(onSelect.mock.calls.map(([index]) => index)).toEqual([2, 0, 2, 0, null])
    expect(list.getAttribute('aria-activedescendant')).toBe(screen.getByRole('option', { selected: true }).id)
  })

  it('does not walk past its ends', () => {
    const { list, onSelect } = shown(2)
    fireEvent.keyDown(list, { key: 'ArrowRight' })
    expect(onSelect).not.toHaveBeenCalled()
  })

  it('has the colour of the sign, as much as the share', () => {
    shown(null)
    const [against, some, most] = screen.getAllByRole('option')
    expect([against?.className, most?.className].map((name) => name?.match(/\b(for|against)\b/)?.[0])).toEqual(['against', 'for'])
    const shareOf = (element?: HTMLElement) => parseFloat(element?.style.getPropertyValue('--share') ?? '')
    expect(shareOf(most)).toBeGreaterThan(shareOf(some))
    expect(shareOf(some)).toBeGreaterThan(shareOf(against))
  })
})

describe('a heat map as a picture', () => {
  const svg = heatSvg([...parts, { text: ' <b>&', score: 1 }], 12, 'light', { title: 'T < 1', below: 'sum 18 of 18' })

  it('is well-formed, with every token, its share and the sum', () => {
    const document = new DOMParser().parseFromString(svg, 'image/svg+xml')
    expect(document.querySelector('parsererror')).toBeNull()
    const texts = [...document.querySelectorAll('text')].map(({ textContent }) => textContent)
    expect(texts).toEqual(['T < 1', '<s>', '−0.2500', '␣capital', '+6.200', '␣France', '+12.000', '␣<b>&', '+1.000', 'sum 18 of 18'])
  })
})

/** Ends what hangs; a busy machine draws a frame when it can. */
const AT_MOST = { timeout: 30_000 }

describe('a long text', () => {
  it('is there in whole after some frames, a piece a frame', async () => {
    const long = Array.from({ length: 500 }, (_, index) => ({ text: ` t${index}`, score: index }))
    const { container } = render(<HeatMap label="Long" parts={long} largest={499} selected={null} onSelect={() => undefined} />)
    // By the attribute: finding 500 elements by their role takes seconds.
    const drawn = () => container.querySelectorAll('[role="option"]')
    expect(drawn().length).toBeLessThan(500)
    await vi.waitFor(() => expect(drawn()).toHaveLength(500), AT_MOST)
    expect(drawn()[499]?.textContent).toContain('␣t499')
  })

  it('stands in pieces that say which tokens they have; a short one needs none', async () => {
    const long = Array.from({ length: 120 }, (_, index) => ({ text: ` t${index}`, score: index }))
    const { container } = render(<HeatMap label="Long" parts={long} largest={119} selected={60} onSelect={() => undefined} />)
    const pieces = () => [...container.querySelectorAll('[role="group"]')]
    await vi.waitFor(() => expect(pieces().map((piece) => piece.getAttribute('aria-label'))).toEqual(['0 to 49', '50 to 99', '100 to 119']), AT_MOST)
    expect(container.querySelector('[aria-selected="true"]')?.parentElement).toBe(pieces()[1])
    cleanup()
    shown(null)
    expect(screen.queryByRole('group')).toBeNull()
  })

  it('gets the colours of another theme piece by piece, after the page', async () => {
    showTheme('light')
    const long = Array.from({ length: 250 }, (_, index) => ({ text: ` t${index}`, score: index }))
    const { container } = render(<HeatMap label="Long" parts={long} largest={249} selected={null} onSelect={() => undefined} />)
    const themes = () => [...container.querySelectorAll<HTMLElement>('.island')].map(({ dataset }) => dataset['theme'])
    await vi.waitFor(() => expect(themes()).toEqual(Array.from({ length: 5 }, () => 'light')), AT_MOST)
    showTheme('dark')
    expect(document.documentElement.dataset['theme']).toBe('dark')
    expect(themes()).toContain('light')
    await vi.waitFor(() => expect(themes()).toEqual(Array.from({ length: 5 }, () => 'dark')), AT_MOST)
    showTheme('light')
    showTheme('dark')
    showTheme('light')
    await vi.waitFor(() => expect(themes()).toEqual(Array.from({ length: 5 }, () => 'light')), AT_MOST)
  })

  it('draws anew only the tokens that change when one is chosen', () => {
    const { rerender } = render(<HeatMap label="Some" parts={parts} largest={12} selected={0} onSelect={() => undefined} />)
    const before = screen.getAllByRole('option')
    rerender(<HeatMap label="Some" parts={parts} largest={12} selected={2} onSelect={() => undefined} />)
    expect(screen.getAllByRole('option')).toEqual(before)
    expect(screen.getByRole('option', { selected: true }).textContent).toContain('␣France')
    // The function of the last drawing is the one that is called.
    const onSelect = vi.fn<(index: number | null) => void>()
    rerender(<HeatMap label="Some" parts={parts} largest={12} selected={2} onSelect={onSelect} />)
    fireEvent.click(screen.getAllByRole('option')[2]!)
    fireEvent.click(screen.getAllByRole('option')[1]!)
    expect(onSelect.mock.calls).toEqual([[null], [1]])
  })
})
