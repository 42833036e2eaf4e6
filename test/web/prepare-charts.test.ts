/** @vitest-environment jsdom */
/** What draws charts is prepared before the first click that needs it. */
import { expect, it, vi } from 'vitest'
import { type Draw, prepareCharts } from '../../web/src/plot/figure.tsx'

const chart = () => vi.fn<Draw>(() => document.createElement('svg'))

it('draws each chart that is to come once a page, however often its place is shown', async () => {
  const [axes, whole, later] = [chart(), chart(), chart()]
  prepareCharts([axes, whole])
  await expect.poll(() => whole.mock.calls.length).toBe(1)
  prepareCharts([axes, whole, later])
  await expect.poll(() => later.mock.calls.length).toBe(1)
  expect(axes).toHaveBeenCalledTimes(1)
  expect(whole).toHaveBeenCalledTimes(1)
})

it('draws none for a view that was left before the page came to rest', async () => {
  const [left, next] = [chart(), chart()]
  prepareCharts([left])()
  prepareCharts([next])
  await expect.poll(() => next.mock.calls.length).toBe(1)
  expect(left).not.toHaveBeenCalled()
})
