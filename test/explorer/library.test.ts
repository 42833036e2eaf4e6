/** Library, dataset, run and queue in a browser: what is there is found, sorted and followed. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import { hasChromium, noChromium, openBrowser, openPage } from './browser.ts'
import { openWorld, type World } from './world.ts'

describe.skipIf(!hasChromium)(`the library in a browser (skipped where ${noChromium})`, () => {
  let world: World
  let browser: Browser
  let url: string

  beforeAll(async () => {
    world = await openWorld()
    browser = await openBrowser()
    url = (await world.serve()).url
  })
  afterAll(async () => {
    await browser?.close()
    await world?.close()
  })

  /** What the server says to a copied query. */
  const answered = (page: Page, query: string) => page.evaluate(async (text) => {
    const response = await fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: text }) })
    return (await response.json()) as { data?: Record<string, unknown>; errors?: unknown }
  }, query)

  it('leads from a model and a dataset to a run, whose prompts the database sorts and searches', async () => {
    const { page, complaints } = await openPage(browser, url)
    await page.goto('/library')
    await page.getByRole('region', { name: 'Models' }).getByRole('link', { name: 'demo' }).waitFor()
    await page.getByRole('region', { name: 'Runs' }).getByRole('link', { name: /by token/ }).click()
    const prompts = page.getByRole('region', { name: 'Prompts' })
    await prompts.getByRole('row').nth(3).waitFor()
    expect(await page.getByRole('progressbar').first().getAttribute('aria-label')).toBe('3 of 3 done')
    await page.getByRole('region', { name: 'Means' }).locator('svg').first().waitFor()
    await prompts.getByRole('button', { name: /Value/ }).click()
    await prompts.locator('th[aria-sort="descending"]').getByText('Value ↓').waitFor()
    await prompts.getByRole('button', { name: /Value/ }).click()
    await prompts.locator('th[aria-sort="ascending"]').waitFor()
    await expect.poll(() => page.url()).toMatch(/by=VALUE.*direction=ASC/)
    await prompts.getByRole('searchbox').fill('ITALY')
    await page.keyboard.press('Enter')
    await prompts.getByText('1 of 1').waitFor()
    await page.reload()
    await prompts.getByText('1 of 1').waitFor()
    await prompts.getByRole('link', { name: 'The capital of Italy is' }).click()
    await page.getByRole('heading', { name: /What made it say ␣Rome/ }).waitFor()
    expect(complaints).toEqual([])
  })

  it('tells right from wrong as it was stored with every result, and lists the ones or the others', async () => {
    const { page, complaints } = await openPage(browser, url)
    await page.goto('/library')
    await page.getByRole('region', { name: 'Runs' }).getByRole('link', { name: /by token/ }).click()
    const prompts = page.getByRole('region', { name: 'Prompts' })
    await prompts.getByText('3 of 3 right (100.0%)').waitFor()
    await expect.poll(() => prompts.locator('td .badge.good').count()).toBe(3)
    await prompts.getByRole('radio', { name: 'Wrong' }).click()
    await prompts.getByText('The model gets none of them wrong.').waitFor()
    await page.reload()
    await prompts.getByText('The model gets none of them wrong.').waitFor()
    await prompts.getByRole('radio', { name: 'Right' }).click()
    await prompts.getByText('3 of 3', { exact: true }).waitFor()
    await prompts.getByRole('button', { name: 'Rank of the answer' }).click()
    await prompts.locator('th[aria-sort="descending"]').getByText('Rank of the answer ↓').waitFor()
    await expect.poll(() => page.url()).toMatch(/by=EXPECTED_RANK.*show=right/)
    expect(complaints).toEqual([])
  })

  it('gives its tables away: CSV, JSON, a query that runs, a command', async () => {
    const { page, complaints } = await openPage(browser, url)
    await page.goto('/library')
    const taken = async (region: string, what: string) => {
      const bar = page.getByRole('region', { name: region, exact: true }).getByRole('group', { name: 'Copy' })
      await bar.getByRole('button', { name: `Copy as ${what}` }).click()
      await bar.getByText(`${what} copied`).waitFor()
      return page.evaluate<string>('navigator.clipboard.readText()')
    }
    for (const [region, command] of [['Models', 'model list'], ['Datasets', 'dataset list'], ['Runs', 'run list']] as const) {
      expect(await taken(region, 'Command')).toBe(`npx tributary ${command}\n`)
      expect(JSON.parse(await taken(region, 'JSON'))).not.toHaveLength(0)
      expect(await answered(page, await taken(region, 'GraphQL'))).not.toHaveProperty('errors')
    }
    await page.getByRole('region', { name: 'Runs' }).getByRole('link', { name: /by token/ }).click()
    await page.getByRole('region', { name: 'Prompts' }).getByRole('row').nth(3).waitFor()
    expect((await taken('Prompts', 'CSV')).split('\r\n').filter(Boolean)).toHaveLength(4)
    expect(await answered(page, await taken('Prompts', 'GraphQL'))).not.toHaveProperty('errors')
    expect(await answered(page, await taken('Means', 'GraphQL'))).not.toHaveProperty('errors')
    // The mean over what is one template: the country is another in every prompt.
    const template = page.getByRole('region', { name: 'Template' })
    const places = await template.getByRole('option').evaluateAll((options) => options.map((option) => option.getAttribute('aria-label')?.split(' ').slice(0, -1).join(' ')))
    expect(places).toEqual(['<s>', '␣The', '␣capital', '␣of', '⟨3 tokens⟩', '␣is'])
    const meansOf = (csv: string, column: number) => csv.trim().split(/\r?\n/).slice(1).map((line) => Number(Number(line.split(',')[column]).toPrecision(6)))
    const printed = await world.printed(`${(await taken('Template', 'Command')).trim()} --csv`)
    expect(meansOf(printed, 4)).toEqual(meansOf(await taken('Template', 'CSV'), 4))
    expect(await answered(page, await taken('Template', 'GraphQL'))).not.toHaveProperty('errors')
    for (const region of ['Prompts', 'Means']) {
      const [, statement = ''] = /^npx tributary sql '(.*)'\n$/.exec(await taken(region, 'Command')) ?? []
      await world.run('sql', statement.replaceAll(String.raw`'\''`, "'"))
    }
    // The same rows in the same order, of those that are shown.
    await page.goto(`${new URL(page.url()).pathname}?by=EXPECTED_PROBABILITY&direction=ASC&show=right&find=CAPITAL`)
    await page.getByRole('region', { name: 'Prompts' }).getByRole('row').nth(1).waitFor()
    const firstCells = (csv: string) => csv.trim().split(/\r?\n/).slice(1).map((line) => line.split(',')[0])
    const shown = firstCells(await taken('Prompts', 'CSV'))
    expect(shown.length).toBeGreaterThan(0)
    expect(firstCells(await world.printed(`${(await taken('Prompts', 'Command')).trim()} --csv`))).toEqual(shown)
    await page.getByRole('link', { name: 'capitals' }).click()
    await page.getByRole('region', { name: 'Prompts' }).getByRole('row').nth(3).waitFor()
    expect((await taken('Prompts', 'CSV')).split('\r\n').filter(Boolean)).toHaveLength(4)
    expect(complaints).toEqual([])
  })

  it('gives the reasons of failed prompts away', async () => {
    const store = openStore(world.database.url)
    await store.query("UPDATE run_item SET status = 'failed', error = 'too long, it says' WHERE prompt_id = (SELECT id FROM prompt WHERE text LIKE '%Italy%' AND dataset_id = (SELECT id FROM dataset WHERE slug = 'capitals'))")
    const { page, complaints } = await openPage(browser, url)
    await page.goto('/library')
    await page.getByRole('region', { name: 'Runs' }).getByRole('link', { name: /by token/ }).click()
    const progress = page.getByRole('region', { name: 'Progress' })
    await progress.getByText('1 failed, and why').click()
    const bar = progress.getByRole('group', { name: 'Copy' })
    const taken = async (what: string) => {
      await bar.getByRole('button', { name: `Copy as ${what}` }).click()
      await bar.getByText(`${what} copied`).waitFor()
      return page.evaluate<string>('navigator.clipboard.readText()')
    }
    expect(await taken('CSV')).toBe('index,prompt,error\r\n2,The capital of Italy is,"too long, it says"\r\n')
    expect(await taken('GraphQL')).toMatch(/^query RunView/)
    const [, statement = ''] = /^npx tributary sql '(.*)'\n$/.exec(await taken('Command')) ?? []
    await world.run('sql', statement.replaceAll(String.raw`'\''`, "'"))
    await store.query("UPDATE run_item SET status = 'done', error = NULL WHERE status = 'failed'")
    await store.close()
    expect(complaints).toEqual([])
  })

  it('finds prompts in all datasets, in capitals or not', async () => {
    const { page, complaints } = await openPage(browser, url)
    await page.goto('/library')
    await page.getByRole('searchbox').fill('GERMANY')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /1 prompts with/ }).waitFor()
    expect(await page.getByRole('region', { name: 'Prompts found' }).getByRole('link').first().textContent()).toBe('The capital of Germany is')
    expect(complaints).toEqual([])
  })

  it('follows a run while it is computed', async () => {
    const { page, complaints } = await openPage(browser, url)
    await page.goto('/library')
    await page.getByRole('region', { name: 'Runs' }).waitFor()
    await world.run('ingest', '--model', 'demo', '--dataset', 'capitals', '--by', 'head', '--layer', 'all')
    await page.reload()
    await page.getByRole('region', { name: 'Runs' }).getByRole('link', { name: /by head/ }).click()
    await page.getByRole('region', { name: 'Prompts' }).getByText('3 of 3', { exact: true }).waitFor()
    const cells = page.locator('svg [aria-label="cell"] rect')
    await cells.first().waitFor()
    await expect.poll(() => cells.count()).toBe(4 * 8)
    const store = openStore(world.database.url)
    const progress = page.getByRole('region', { name: 'Progress' })
    await store.query("UPDATE run SET status = 'running' WHERE partition_kind = 'head'")
    await page.reload()
    await progress.getByText('running').waitFor()
    await store.query("UPDATE run SET status = 'done' WHERE partition_kind = 'head'")
    await progress.locator('.badge').getByText('done').waitFor()
    await store.close()
    expect(complaints).toEqual([])
  })

  it('shows the queue and its workers', async () => {
    const { page, complaints } = await openPage(browser, url)
    await page.goto('/queue')
    await page.getByRole('region', { name: 'Workers' }).getByText('onnx-cpu-float32').waitFor()
    await page.getByRole('region', { name: 'Failures' }).getByText('None.').waitFor()
    for (const region of ['Jobs', 'Workers']) {
      const bar = page.getByRole('region', { name: region }).getByRole('group', { name: 'Copy' })
      await bar.getByRole('button', { name: 'Copy as Command' }).click()
      await bar.getByText('Command copied').waitFor()
      expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe('npx tributary status --failures 50\n')
    }
    await page.getByRole('region', { name: 'Workers' }).getByRole('button', { name: 'Copy as CSV' }).click()
    await page.getByText('CSV copied').waitFor()
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toMatch(/^id,engine,model,takes,memoryLimitBytes,.*\r\n[0-9a-f]{12},onnx-cpu-float32,demo,ALL,\d+,/)
    await page.getByRole('region', { name: 'Under way' }).getByText('Nothing.').waitFor()
    await page.getByRole('region', { name: 'Workers' }).getByRole('button', { name: 'Copy as GraphQL' }).click()
    await page.getByText('GraphQL copied').waitFor()
    expect(await answered(page, await page.evaluate<string>('navigator.clipboard.readText()'))).not.toHaveProperty('errors')
    expect(complaints).toEqual([])
  })

  it('shows what each sublayer contributed to a run on average', async () => {
    await world.run('ingest', '--model', 'demo', '--dataset', 'capitals', '--by', 'module', '--module', 'mlp')
    const { page, complaints } = await openPage(browser, url)
    await page.goto('/library')
    await page.getByRole('region', { name: 'Runs' }).getByRole('link', { name: /by module/ }).click()
    const means = page.getByRole('region', { name: 'Means' })
    await means.getByRole('figure', { name: 'Strongest' }).locator('svg').waitFor()
    expect(await means.count()).toBe(1)
    expect(await means.locator('svg [aria-label="bar"] rect').count()).toBe(4)
    await means.getByRole('button', { name: 'Copy as Command' }).click()
    await means.getByText('Command copied').waitFor()
    const printed = await world.printed(await page.evaluate<string>('navigator.clipboard.readText()'))
    expect(printed.match(/L\d\.MLP/g)).toHaveLength(4)
    expect(complaints).toEqual([])
  })

  it('says in words what is not there', async () => {
    const { page } = await openPage(browser, url)
    await page.goto('/dataset/none')
    await page.getByRole('alert').getByText('There is no dataset "none" here: expected the name of a dataset; open one from the library.').waitFor()
    for (const run of ['none', '999', '%E0%A4%A']) {
      await page.goto(`/run/${run}`)
      await page.getByRole('alert').getByText(`There is no run "${run}" here: expected the number or the id of a run; open one from the library.`).waitFor()
    }
    await page.goto('/run/1')
    await page.getByRole('heading', { name: 'capitals through demo' }).waitFor()
    await page.goto('/nonsense')
    await page.getByRole('heading', { name: 'There is no such view' }).waitFor()
  })
})
