/** @vitest-environment jsdom */
import { cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Failures } from '../../web/src/views/queue/failures.tsx'
import type { Job, Worker } from '../../web/src/views/queue/question.ts'
import { UnderWay } from '../../web/src/views/queue/under-way.tsx'
import { Workers } from '../../web/src/views/queue/workers.tsx'

// Before the buttons that copy are loaded, which ask for the theme.
vi.hoisted(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {} }))
})
afterEach(cleanup)

const at = '2026-01-02T03:04:05.000Z'
const worker = (more: Partial<Worker> = {}): Worker => ({
  id: 'w', engine: 'onnx-cpu-float32', model: { id: 'm', slug: 'demo' }, interactiveOnly: false, memoryLimitBytes: 2 ** 30, resultsPerSecond: 12.345, flopsPerSecond: 2.5e9,
  results: 1234, lastResultAt: at, failures: 2, lastError: { code: 'TOO_LARGE', message: 'It needs 3 GiB.', at }, connectedAt: at, ...more,
})
const job = (more: Partial<Job> = {}): Job => ({ id: 'j', kind: 'attribution', urgency: 'BULK', failures: 0, startedAt: at, worker: { id: '8c1f0a94d2b7' }, model: { id: 'm', slug: 'demo' }, run: { id: 'r', number: 7 }, ...more })

/** Without those of headings. */
const rows = () => screen.getAllByRole('row').map((row) => within(row).queryAllByRole('cell').map(({ textContent }) => textContent)).filter(({ length }) => length > 0)

describe('the queue', () => {
  it('says what a worker computes with, how fast, and what failed there last', () => {
    render(<Workers workers={[worker(), worker({ id: 'idle', model: null, resultsPerSecond: null, flopsPerSecond: null, results: 0, lastResultAt: null, failures: 0, lastError: null, interactiveOnly: true })]} />)
    const [busy, idle] = rows()
    expect(busy?.slice(0, 7)).toEqual(['w', 'onnx-cpu-float32', 'demo', 'everything', '1.0 GiB', '12.3 results/s, 2.50 GFLOP/s', '1,234'])
    expect(busy?.[9]).toMatch(/^TOO_LARGE It needs 3 GiB\./)
    expect(idle?.slice(0, 10)).toEqual(['idle', 'onnx-cpu-float32', 'none yet', 'what someone waits for', '1.0 GiB', 'not measured yet', '0', 'none yet', '0', 'none'])
  })

  it('says that nobody computes', () => {
    render(<Workers workers={[]} />)
    expect(screen.getByRole('alert').textContent).toMatch(/^No worker is connected/)
  })

  it('leads from what is under way to its run', () => {
    render(<UnderWay jobs={[job(), job({ id: 'k', urgency: 'INTERACTIVE', run: null, failures: 1, worker: null })]} active={300} />)
    expect(rows().map((row) => row.slice(0, 5))).toEqual([['attribution', 'demo', 'run 7', '0', '8c1f0a'], ['attribution', 'demo', 'someone who waits', '1', 'taken just now']])
    expect(screen.getByRole('link', { name: 'run 7' }).getAttribute('href')).toBe('/run/7')
    expect(screen.getByText('The first 2 of 300.')).toBeTruthy()
  })

  it('counts reasons of failures', () => {
    render(<Failures reasons={[{ code: 'TOO_LARGE', message: 'It needs 3 GiB.', count: 1200, lastAt: at }]} failures={[{ at, code: 'TOO_LARGE', message: 'It needs 3 GiB.' }]} />)
    expect(rows()[0]?.slice(0, 3)).toEqual(['1,200', 'TOO_LARGE', 'It needs 3 GiB.'])
    expect(rows()[1]?.slice(1)).toEqual(['TOO_LARGE', 'It needs 3 GiB.'])
  })
})
