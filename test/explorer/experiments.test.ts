/** An experiment of the paper in a browser: its picture, what the paper says, its intervals, and the command that does it again. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, noChromium, openBrowser, openPage, numberOf } from './browser.ts'
import { openWorld, type World } from './world.ts'

const OPTIONS = ['--protocol', 'paper', '--limit', '3', '--methods', 'depass,random', '--settings', 'patch-top', '--shares', '0.2,0.5']

describe.skipIf(!hasChromium)(`experiments in a browser (skipped where ${noChromium})`, () => {
  let world: World
  let browser: Browser
  let url: string

  beforeAll(async () => {
    world = await openWorld()
    await world.run('experiment', 'token-faithfulness', '--model', 'demo', '--dataset', 'capitals', ...OPTIONS)
    browser = await openBrowser()
    url = (await world.serve()).url
  })
  afterAll(async () => {
    await browser?.close()
    await world?.close()
  })

  it('tells a stranger how far the paper’s Figure 1 holds here: picture, protocol, intervals', async () => {
    const { page, complaints } = await openPage(browser, url)
    await page.goto('/experiments')
    await page.getByRole('cell', { name: 'Figure 1, Appendix B' }).waitFor()
    await page.getByRole('region', { name: 'Experiments' }).getByRole('link', { name: 'token-faithfulness' }).click()
    const asked = page.getByRole('region', { name: 'What was asked' })
    await asked.getByRole('row', { name: /in the paper/ }).getByText('Figure 1').waitFor()
    await asked.getByRole('row', { name: /^the paper finds DePass drops the answer most/ }).waitFor()
    await asked.getByRole('row', { name: /^options methods: depass, / }).waitFor()
    await asked.getByRole('row', { name: /^protocol/ }).getByText(/^paper: /).waitFor()
    const section = page.getByRole('region', { name: 'Relative drop of the answer’s probability' })
    const picture = section.getByRole('img').first()
    await picture.waitFor()
    await expect.poll(() => picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBeGreaterThan(100)
    const table = section.locator('details').first()
    const headings = await table.getByRole('columnheader').allTextContents()
    const rows = await table.locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)))
    // The mean lies in its interval.
    const [mean, low, high] = ['mean', 'low', 'high'].map((name) => headings.findIndex((heading) => heading.includes(name)))
    for (const row of rows) {
      const [value, from, to] = [mean, low, high].map((at) => numberOf(row[at!]))
      expect(value).toBeGreaterThanOrEqual(from!)
      expect(value).toBeLessThanOrEqual(to!)
    }
    expect(rows.length).toBeGreaterThanOrEqual(4)
    expect(complaints).toEqual([])
  })

  it('gives away picture, numbers, query, and the command that asks for the same experiment', async () => {
    const { page, complaints } = await openPage(browser, url)
    await page.goto('/experiments')
    await page.getByRole('link', { name: 'token-faithfulness' }).click()
    const bar = page.getByRole('region', { name: 'What was asked' }).getByRole('group', { name: 'Copy' })
    await bar.getByRole('button', { name: 'Copy as Command' }).click()
    await bar.getByText('Command copied').waitFor()
    const command = await page.evaluate<string>('navigator.clipboard.readText()')
    expect(command).toMatch(/^npx tributary experiment token-faithfulness --model demo --dataset capitals --protocol paper --limit 3 --seed 0 /)
    // Asked for again it is the same: nothing is computed, and no second one stands beside it.
    const args = [...command.trim().matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '').slice(2)
    await world.run(...args)
    await page.goto('/experiments')
    await page.getByRole('link', { name: 'token-faithfulness' }).first().waitFor()
    expect(await page.getByRole('link', { name: 'token-faithfulness' }).count()).toBe(1)
    expect(complaints).toEqual([])
  })

  it('is found by the number that the command line prints', async () => {
    const { page, complaints } = await openPage(browser, url)
    await page.goto('/experiments/1')
    await page.getByRole('region', { name: 'What was asked' }).getByText('capitals').first().waitFor()
    await page.goto('/experiments/77')
    await page.getByRole('alert').getByText(/There is no experiment "77" here/).waitFor()
    expect(complaints).toEqual([])
  })

  it('says what is not there', async () => {
    const { page } = await openPage(browser, url)
    await page.goto('/experiments/nothing')
    await page.getByRole('alert').getByText('There is no experiment "nothing" here: expected the number or the id of an experiment; open one from the list').waitFor()
  })
})
