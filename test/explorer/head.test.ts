/** A head in a browser: where it looks, why, and in which prompts it did most. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { hasChromium, noChromium, openBrowser, openPage, type Watched } from './browser.ts'
import { openWorld, type World } from './world.ts'

const MARY = 'text=When+Mary+and+John+went+to+the+store%2C+John+gave+a+drink+to'
/** A head of the demo that moves the indirect object. */
const MOVER = `/head/demo/2.5?${MARY}`

describe.skipIf(!hasChromium)(`heads in a browser (skipped where ${noChromium})`, () => {
  let world: World
  let browser: Browser
  let url: string
  const opened: Watched[] = []

  beforeAll(async () => {
    world = await openWorld()
    await world.run('ingest', '--model', 'demo', '--dataset', 'capitals', '--by', 'head', '--layer', 'all')
    browser = await openBrowser()
    url = (await world.serve()).url
  })
  afterAll(async () => {
    await browser?.close()
    await world?.close()
  })
  afterEach(async () => {
    for (const { context } of opened.splice(0)) await context.close()
  })

  async function visit(path: string): Promise<Watched> {
    const watched = await openPage(browser, url)
    opened.push(watched)
    await watched.page.goto(path)
    return watched
  }
  const factOf = (page: Page, region: string, name: string) =>
    page.getByRole('region', { name: region, exact: true }).locator('.facts div', { has: page.locator('dt', { hasText: name }) }).locator('dd').first().innerText()

  it('shows where a head looks, and why there: pairs of components that sum to the score', async () => {
    const { page, complaints } = await visit(MOVER)
    await page.getByRole('heading', { name: 'Why ␣to attends to ␣Mary' }).waitFor()
    const keys = page.getByRole('region', { name: 'Keys by attention' })
    const shares = (await keys.getByRole('button').locator('b').allInnerTexts()).map((text) => parseFloat(text))
    expect(shares[0]).toBeGreaterThan(50)
    expect(shares).toEqual(shares.toSorted((a, b) => b - a))
    await page.getByRole('region', { name: 'Strongest pairs' }).getByRole('row').nth(1).waitFor()
    const [, sum, score] = /^(\S+) of (\S+)$/.exec(await factOf(page, 'Why', 'sum of pairs')) ?? []
    expect(sum).toBe(score)
    expect(await factOf(page, 'Why', 'relative error')).toMatch(/e-[5-9]$|^0$/)
    // Name mover: what the key is, is what carries the score.
    const first = page.getByRole('region', { name: 'Strongest pairs' }).getByRole('row').nth(1)
    expect(await first.getByRole('cell').nth(1).innerText()).toBe('␣Mary #2')
    await page.getByRole('listbox', { name: 'Attention, query by key' }).locator('image').waitFor()
    expect(complaints).toEqual([])
  })

  it('goes to another query and key by keyboard and list, splits by heads, and the address remembers all', async () => {
    const { page, complaints } = await visit(MOVER)
    const picture = page.getByRole('listbox', { name: 'Attention, query by key' })
    await picture.getByRole('option', { name: /query ␣to, key ␣Mary/ }).waitFor({ state: 'attached' })
    await picture.focus()
    await page.keyboard.press('ArrowUp')
    await page.getByRole('heading', { name: 'Why ␣drink attends to ␣Mary' }).waitFor()
    const strongest = page.getByRole('region', { name: 'Keys by attention' }).getByRole('button').first()
    const [, name = '', key = ''] = /^(\S+) #(\d+)/.exec(await strongest.innerText()) ?? []
    await strongest.click()
    await page.getByRole('heading', { name: `Why ␣drink attends to ${name}` }).waitFor()
    await page.getByRole('radio', { name: 'Heads of an earlier layer' }).click()
    await page.getByRole('region', { name: 'Strongest pairs' }).getByRole('cell', { name: 'L1.RESIDUAL' }).first().waitFor()
    await expect.poll(() => page.url()).toContain(`query=13&key=${key}&by=head`)
    await page.reload()
    await page.getByRole('region', { name: 'Strongest pairs' }).getByRole('cell', { name: 'L1.RESIDUAL' }).first().waitFor()
    await page.getByRole('combobox', { name: 'head', exact: true }).selectOption('6')
    await page.getByRole('heading', { name: 'Head 2.6 of demo' }).waitFor()
    await expect.poll(() => page.url()).toMatch(/\/head\/demo\/2\.6\?.*query=13/)
    expect(complaints).toEqual([])
  })

  it('lists the stored prompts in which it did most, which lead to what it did there', async () => {
    const { page, complaints } = await visit('/head/demo/3.1')
    const prompts = page.getByRole('region', { name: 'Strongest prompts' })
    await prompts.getByRole('row').nth(3).waitFor()
    const shares = (await prompts.locator('td:last-child').allInnerTexts()).map((text) => Math.abs(Number(text.replace('−', '-'))))
    expect(shares).toHaveLength(3)
    expect(shares).toEqual(shares.toSorted((a, b) => b - a))
    await prompts.getByLabel('dataset').selectOption('capitals')
    await expect.poll(() => page.url()).toMatch(/dataset=capitals/)
    await prompts.getByRole('link').first().click()
    await page.getByRole('heading', { name: /^Why ␣is attends to/ }).waitFor()
    expect(complaints).toEqual([])
  })

  it('gives numbers, query and command away', async () => {
    const { page, complaints } = await visit(MOVER)
    const why = page.getByRole('region', { name: 'Why', exact: true })
    await why.getByText('sum of pairs').waitFor()
    const bar = why.getByRole('group', { name: 'Copy' })
    const take = async (what: string) => {
      await bar.getByRole('button', { name: `Copy as ${what}` }).click()
      await bar.getByText(`${what} copied`).waitFor()
      return page.evaluate<string>('navigator.clipboard.readText()')
    }
    expect((await take('CSV')).split('\r\n').filter(Boolean)).toHaveLength(16)
    // The pattern with all its rows, from the page and from the command that it gives.
    const patternBar = page.getByRole('region', { name: 'Pattern' }).getByRole('group', { name: 'Copy' })
    const texts: string[] = []
    for (const what of ['JSON', 'Command']) {
      await patternBar.getByRole('button', { name: `Copy as ${what}` }).click()
      await patternBar.getByText(`${what} copied`).waitFor()
      texts.push(await page.evaluate<string>('navigator.clipboard.readText()'))
    }
    const rowsOf = (text: string) => z.object({ rows: z.array(z.array(z.number())) }).parse(JSON.parse(text)).rows
    const [shown, printed] = [rowsOf(texts[0] ?? ''), rowsOf(await world.printed(`${(texts[1] ?? '').trim()} --json`))]
    expect(printed).toHaveLength(shown.length)
    for (const [at, attention] of printed.flat().entries()) expect(attention).toBeCloseTo(shown.flat()[at] ?? NaN, 4)
    expect(await take('Command')).toMatch(/^npx tributary attribute --model demo --text 'When Mary .* to' --attention 2\.5 --query 14 --key 2\n$/)
    const query = await take('GraphQL')
    const answer = await page.evaluate(async (text) => {
      const response = await fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: text }) })
      return (await response.json()) as { data?: { headAttention: { keys: { key: number }[] } } }
    }, query)
    expect(answer.data?.headAttention.keys.map(({ key }) => key)).toEqual([2])
    await why.locator('.matrix image[href^="data:image/png"]').waitFor({ state: 'attached' })
    expect(await take('SVG')).toContain('data:image/png')
    expect(complaints).toEqual([])
  })

  it('sets two prompts beside each other, with what differs, and explains each; the address remembers both', async () => {
    const { page, complaints } = await visit(MOVER)
    await page.getByRole('button', { name: 'Compare with another prompt' }).click()
    const second = page.getByLabel('Second prompt', { exact: true })
    await second.fill('When Mary and John went to the store, Mary gave a drink to')
    await second.press('Enter')
    await page.getByRole('heading', { name: 'Why ␣to attends to ␣John in the second prompt' }).waitFor()
    await page.getByRole('heading', { name: 'Why ␣to attends to ␣Mary in the first prompt' }).waitFor()
    const pattern = page.getByRole('region', { name: 'Pattern' })
    expect(await pattern.getByRole('listbox').count()).toBe(3)
    const shares = (await pattern.getByRole('row', { name: /␣Mary #2/ }).locator('.num').allInnerTexts()).map((text) => parseFloat(text.replace('−', '-')))
    const [ours = 0, theirs = 0, difference = 0] = shares
    expect(ours).toBeGreaterThan(theirs)
    expect(difference).toBeCloseTo(ours - theirs, 0)
    const bar = pattern.getByRole('group', { name: 'Copy' })
    await bar.getByRole('button', { name: 'Copy as SVG' }).click()
    await bar.getByText('SVG copied').waitFor()
    expect((await page.evaluate<string>('navigator.clipboard.readText()')).match(/<image/g)).toHaveLength(3)
    await page.reload()
    await page.getByRole('heading', { name: 'Why ␣to attends to ␣John in the second prompt' }).waitFor()
    await page.getByRole('button', { name: 'One prompt again' }).click()
    await page.getByRole('region', { name: 'Why', exact: true }).waitFor()
    expect(complaints).toEqual([])
  })

  it('says what is not there', async () => {
    const { page } = await visit(`/head/demo/9.9?${MARY}`)
    await page.getByRole('alert').getByText('There is no head "9.9" in demo; it has layers 0 to 3 with heads 0 to 7').waitFor()
    await page.goto(`/head/none/0.0?${MARY}`)
    await page.getByRole('alert').getByText('There is no model "none" here').waitFor()
  })
})
