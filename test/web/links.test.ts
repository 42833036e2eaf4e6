/** @vitest-environment jsdom */
/** Where pictures lead, and what the paper has of each experiment. */
import { beforeAll, expect, it, vi } from 'vitest'
import { experimentNames } from '../../experiments/names.ts'
import { inPaper } from '../../web/src/views/experiments/paper.ts'

beforeAll(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {} }))
})

it('a head of the grid leads to its page with the same prompt, a sublayer nowhere', async () => {
  const { headAddress } = await import('../../web/src/views/ask/grid-answer.tsx')
  expect(headAddress('a/b', 'x & y', { label: 'L2.H5', column: 'H5', layer: 2 })).toBe('/head/a%2Fb/2.5?text=x+%26+y')
  expect(headAddress('demo', 'x', { label: 'L2.MLP', column: 'MLP', layer: 2 })).toBeNull()
})

it('every experiment says where the paper has it and what it finds', () => {
  expect(experimentNames.filter((name) => inPaper(name) === null)).toEqual([])
  expect(inPaper('token-faithfulness')?.where).toContain('Figure 1')
  expect(inPaper('none')).toBeNull()
})
