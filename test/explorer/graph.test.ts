/** The graph of a prompt, as someone meets it in a browser: asked for, cut by the server, looked into, pinned, taken along. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { projectDir } from '../../src/config.ts'
import { foreignFile } from '../graph/foreign-file.ts'
import { hasChromium, noChromium, openBrowser, openPage, type Watched, numberOf } from './browser.ts'
import { openWorld, type World } from './world.ts'

const PARIS = '/graph?text=The+capital+of+France+is&sets=2-res'
const MARY = '/graph?text=When+Mary+and+John+went+to+the+store%2C+John+gave+a+drink+to'

describe.skipIf(!hasChromium)(`graphs in a browser (skipped where ${noChromium})`, () => {
  let world: World
  let browser: Browser
  let url: string
  const opened: Watched[] = []

  beforeAll(async () => {
    world = await openWorld()
    await world.run('dataset', 'add', join(projectDir, 'demo/data/known_1000.json'), '--id', 'facts')
    await world.run('sae', 'add', join(projectDir, 'demo/saes/2-res'), '--model', 'demo', '--prompts', 'facts')
    await world.run('ingest', '--sae', 'demo/2-res', '--dataset', 'capitals')
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

  const graphOf = (page: Page) => page.getByRole('region', { name: 'Graph', exact: true })
  const factOf = async (page: Page, name: string) => {
    const fact = graphOf(page).locator('.facts div', { has: page.locator('dt', { hasText: name }) }).locator('dd')
    await fact.first().waitFor()
    return (await fact.first().innerText()).trim()
  }

  it('shows a stranger how the features of a prompt lead to Paris, with scores and the error of sums', async () => {
    const { page, complaints } = await visit('/graph')
    await page.getByLabel('Prompt', { exact: true }).fill('The capital of France is')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /How it comes to ␣Paris/ }).waitFor()
    await page.getByRole('button', { name: 'Features of 2-res' }).click()
    await graphOf(page).getByText(/features of 2-res of demo/).waitFor()
    await expect.poll(() => new URL(page.url()).search).toBe('?text=The+capital+of+France+is&sets=2-res')
    expect(await factOf(page, 'replacement')).toMatch(/^\d+\.\d%$/)
    expect(await factOf(page, 'error of sums')).toMatch(/e-[6-9]$|^0$/)
    expect(await page.getByRole('list', { name: 'Most influential nodes' }).getByRole('button').count()).toBe(15)
    expect(complaints).toEqual([])
  })

  it('is cut by the server, whose part is all that is loaded, and the address remembers it', async () => {
    const { page, complaints } = await visit(MARY)
    await factOf(page, 'nodes drawn')
    const answered = page.waitForResponse((response) => response.request().postData()?.includes('GraphDrawn') === true)
    await page.getByLabel('nodes at most').fill('20')
    const { data } = (await (await answered).json()) as { data: { node: { drawing: { nodes: unknown[] } } } }
    expect(data.node.drawing.nodes).toHaveLength(20)
    await expect.poll(() => factOf(page, 'nodes drawn')).toMatch(/^20 of /)
    await expect.poll(() => page.url()).toMatch(/nodes=20/)
    await page.reload()
    expect(await factOf(page, 'nodes drawn')).toMatch(/^20 of /)
    expect(complaints).toEqual([])
  })

  it('leads from a node to what leads into it and where it leads, by keyboard too', async () => {
    const { page, complaints } = await visit(PARIS)
    await page.getByRole('list', { name: 'Most influential nodes' }).getByRole('button', { name: /F320@5/ }).click()
    const node = page.getByRole('region', { name: 'Node' })
    await node.getByRole('heading', { name: 'feature L2.F320@5' }).waitFor()
    expect(await node.getByRole('link', { name: 'Feature page of 2-res/320' }).getAttribute('href')).toBe('/feature/demo/2-res/320')
    await node.getByRole('region', { name: 'Examples' }).getByText('fires most strongly in capitals').waitFor()
    expect(await node.getByRole('region', { name: 'Examples' }).getByRole('listitem').first().getByRole('option', { selected: true }).getAttribute('aria-label')).toMatch(/^␣is \d/)
    const inputs = node.getByRole('region', { name: 'Inputs' })
    const weights = (await inputs.getByRole('button').locator('b').allInnerTexts()).map((text) => Math.abs(numberOf(text)))
    expect(weights.length).toBeGreaterThan(2)
    expect(weights).toEqual(weights.toSorted((a, b) => b - a))
    await expect.poll(() => page.url()).toMatch(/node=2_320_5/)
    await node.getByRole('radio', { name: 'Outputs' }).click()
    await inputs.waitFor({ state: 'detached' })
    await expect.poll(() => page.url()).toMatch(/links=out/)
    const picture = page.getByRole('listbox', { name: /Graph of The capital/ })
    expect(await picture.getByRole('option').textContent()).toMatch(/^feature L2\.F320@5, at ␣is, activation \d/)
    await picture.focus()
    await page.keyboard.press('ArrowUp')
    await node.getByRole('heading', { name: /^logit ␣Paris/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('list', { name: 'Pinned nodes' }).getByRole('button', { name: '␣Paris' }).waitFor()
    expect(complaints).toEqual([])
  })

  it('follows keys however quick they are, pins the node that they lead to, and Back takes the pin away', async () => {
    const walk = async (delay: number) => {
      const { page } = await visit(PARIS)
      await page.getByRole('list', { name: 'Most influential nodes' }).getByRole('button').first().click()
      await page.getByRole('region', { name: 'Node' }).getByRole('region', { name: 'Inputs' }).waitFor()
      await page.getByRole('listbox', { name: /^Graph of/ }).focus()
      for (const key of ['ArrowLeft', 'ArrowDown', 'ArrowLeft', 'ArrowUp']) {
        await page.keyboard.press(key)
        await page.waitForTimeout(delay)
      }
      await page.waitForTimeout(400)
      const before = new URL(page.url()).searchParams.get('node')
      await page.keyboard.press('Enter')
      await expect.poll(() => new URL(page.url()).searchParams.get('pins')).toBe(before)
      await page.goBack()
      await expect.poll(() => new URL(page.url()).searchParams.get('pins')).toBeNull()
      return before
    }
    expect(await walk(0)).toBe(await walk(700))
  })

  it('follows quick keys in one of two compared graphs, too', async () => {
    const walk = async (delay: number) => {
      const { page } = await visit(`${PARIS}&other=The+capital+of+Italy+is`)
      const picture = page.getByRole('listbox', { name: /^Second graph/ })
      await picture.waitFor()
      await page.waitForLoadState('networkidle')
      await picture.focus()
      for (const key of ['ArrowUp', 'ArrowUp', 'ArrowRight', 'ArrowDown', 'ArrowLeft']) {
        await page.keyboard.press(key)
        await page.waitForTimeout(delay)
      }
      await page.waitForTimeout(400)
      return new URL(page.url()).searchParams.get('twin')
    }
    const quick = await walk(0)
    expect(quick).not.toBeNull()
    expect(quick).toBe(await walk(700))
  })

  it('finds the node under the pointer', async () => {
    const { page } = await visit(PARIS)
    await factOf(page, 'nodes drawn')
    await page.getByRole('button', { name: 'Copy as SVG' }).click()
    await page.getByText('SVG copied').waitFor()
    const svg = await page.evaluate<string>('navigator.clipboard.readText()')
    const [, x = '', y = ''] = /translate\(([\d.]+) ([\d.]+)\)"[^>]*><title>logit ␣Paris/.exec(svg) ?? []
    await page.locator('.graph-frame canvas').click({ position: { x: Number(x), y: Number(y) } })
    await page.getByRole('region', { name: 'Node' }).getByRole('heading', { name: /^logit ␣Paris/ }).waitFor()
  })

  it('pins, groups, names and saves; another visitor finds it so', async () => {
    const { page, complaints } = await visit(`${PARIS}&node=2_320_5`)
    const node = page.getByRole('region', { name: 'Node' })
    const subgraph = page.getByRole('region', { name: 'Subgraph' })
    await node.getByRole('button', { name: 'Pin', exact: true }).click()
    await node.getByLabel('own words').fill('asks for a capital')
    await node.getByRole('button', { name: 'Keep' }).click()
    await subgraph.getByRole('button', { name: 'asks for a capital' }).waitFor()
    await page.getByRole('listbox', { name: /Graph of/ }).focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => page.url()).not.toMatch(/node=2_320_5/)
    await node.getByRole('button', { name: 'Pin', exact: true }).click()
    await expect.poll(() => subgraph.getByRole('checkbox').count()).toBe(2)
    for (const box of await subgraph.getByRole('checkbox').all()) await box.check()
    await subgraph.getByPlaceholder('name of a supernode').fill('capital')
    await subgraph.getByRole('button', { name: 'Group' }).click()
    await subgraph.getByRole('button', { name: 'capital, 2 nodes' }).waitFor()
    const address = page.url()
    await subgraph.getByRole('button', { name: 'Save with the graph' }).click()
    await subgraph.getByText('As it is saved.').waitFor()
    const another = await visit(PARIS)
    await another.page.getByRole('region', { name: 'Subgraph' }).getByRole('button', { name: 'capital, 2 nodes' }).waitFor()
    const linked = await visit(address)
    await linked.page.getByRole('region', { name: 'Subgraph' }).getByRole('button', { name: 'capital, 2 nodes' }).waitFor()
    expect([...complaints, ...another.complaints, ...linked.complaints]).toEqual([])
  })

  it('gives picture, numbers, query and command away', async () => {
    const { page, complaints } = await visit('/graph?text=The+capital+of+France+is&by=module')
    await factOf(page, 'edges drawn')
    const bar = graphOf(page).getByRole('group', { name: 'Copy' })
    const take = async (what: string) => {
      await bar.getByRole('button', { name: `Copy as ${what}` }).click()
      await bar.getByText(`${what} copied`).waitFor()
      return page.evaluate<string>('navigator.clipboard.readText()')
    }
    const edges = Number((await factOf(page, 'edges drawn')).split(' ')[0])
    expect((await take('CSV')).split('\r\n').filter(Boolean)).toHaveLength(edges + 1)
    expect(await take('SVG')).toMatch(/error of sums \S+; \d+ of \d+ nodes/)
    expect(await take('Command')).toBe("npx tributary graph --model demo --text 'The capital of France is' --by module --threshold 0.8 --max-nodes 500\n")
    const query = await take('GraphQL')
    const answer = await page.evaluate(async (text) => {
      const response = await fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: text }) })
      return (await response.json()) as { data?: { attributionGraph: { drawing: { edges: unknown[] } } } }
    }, query)
    expect(answer.data?.attributionGraph.drawing.edges).toHaveLength(edges)
    await bar.getByRole('button', { name: 'Copy as PNG' }).click()
    await bar.getByText('PNG copied').waitFor()
    expect(complaints).toEqual([])
  })

  it('lists the strongest paths from a token to the logit, shows one in the picture, and the address remembers it', async () => {
    const { page, complaints } = await visit(PARIS)
    const paths = page.getByRole('region', { name: 'Paths' })
    await paths.getByRole('listitem').nth(2).waitFor()
    const weights = (await paths.locator('li b').allInnerTexts()).map((text) => Math.abs(parseFloat(text.replace('−', '-'))))
    expect(weights).toEqual(weights.toSorted((a, b) => b - a))
    const first = (await paths.getByRole('listitem').first().locator('.graph-way').innerText()).split('→').map((step) => step.trim())
    expect(first.at(-1)).toBe('␣Paris')
    await paths.getByRole('button', { name: 'Show path 1 in the picture' }).click()
    await paths.getByRole('button', { name: 'Hide path 1 in the picture' }).waitFor()
    await expect.poll(() => page.url()).toMatch(/path=1/)
    // The copy of the picture has the edges of the path alone.
    await graphOf(page).getByRole('button', { name: 'Copy as SVG' }).click()
    await graphOf(page).getByText('SVG copied').waitFor()
    const svg = await page.evaluate<string>('navigator.clipboard.readText()')
    expect(svg.match(/stroke-opacity/g)).toHaveLength(first.length - 1)
    await page.reload()
    await paths.getByRole('button', { name: 'Hide path 1 in the picture' }).waitFor()
    await paths.getByRole('listitem').first().locator('.graph-way').getByRole('button').first().click()
    await paths.getByRole('heading', { name: /from ␣\w+ to the likeliest logit/ }).waitFor()
    await expect.poll(() => page.url()).not.toMatch(/path=/)
    expect(complaints).toEqual([])
  })

  it('gives the connections of a node, what is pinned and the paths away, and commands that run', async () => {
    const { page, complaints } = await visit(`${PARIS}&node=2_320_5&pins=2_320_5`)
    const taken = async (region: string, what: string) => {
      const bar = page.getByRole('region', { name: region, exact: true }).getByRole('group', { name: 'Copy' })
      await bar.getByRole('button', { name: `Copy as ${what}` }).click()
      await bar.getByText(`${what} copied`).waitFor()
      return page.evaluate<string>('navigator.clipboard.readText()')
    }
    const node = page.getByRole('region', { name: 'Node', exact: true })
    const rows = (await taken('Node', 'CSV')).split('\r\n').filter(Boolean)
    expect(rows[0]).toBe('from,from_label,to,to_label,weight,share')
    expect(rows).toHaveLength(1 + (await node.locator('.graph-connections li').count()))
    expect(rows.slice(1).every((row) => row.includes('2_320_5'))).toBe(true)
    for (const region of ['Node', 'Subgraph']) {
      const [, statement = ''] = /^npx tributary sql '(.*)'\n$/.exec(await taken(region, 'Command')) ?? []
      await world.run('sql', statement.replaceAll(String.raw`'\''`, "'"))
    }
    const paths = page.getByRole('region', { name: 'Paths' })
    for (const [address, flags] of [[`${PARIS}&node=2_320_5`, '--to 2_320_5 --paths 3'], [PARIS, '--paths 8']] as const) {
      await page.goto(address)
      await paths.getByRole('listitem').first().waitFor()
      const [, key = '', given = ''] = /^npx tributary graph --stored (\w+) (.*)\n$/.exec(await taken('Paths', 'Command')) ?? []
      expect(given).toBe(flags)
      await world.run('graph', '--stored', key, ...given.split(' '))
    }
    expect(complaints).toEqual([])
  })

  it('sets the graphs of two prompts under each other, and says which nodes matter more to one of them', async () => {
    const { page, complaints } = await visit(PARIS)
    await page.getByRole('button', { name: 'Compare with another prompt' }).click()
    const second = page.getByLabel('Second prompt', { exact: true })
    await second.fill('The language of France is')
    await second.press('Enter')
    const differences = page.getByRole('region', { name: 'Differences' })
    await differences.getByRole('row', { name: /␣language token – / }).waitFor()
    await differences.getByRole('row', { name: /␣capital token \d/ }).waitFor()
    await page.getByRole('region', { name: 'Second graph' }).getByRole('heading', { name: /How it comes to ␣French/ }).waitFor()
    const bar = differences.getByRole('group', { name: 'Copy' })
    await bar.getByRole('button', { name: 'Copy as Command' }).click()
    await bar.getByText('Command copied').waitFor()
    expect((await page.evaluate<string>('navigator.clipboard.readText()')).trim().split('\n')).toHaveLength(2)
    await bar.getByRole('button', { name: 'Copy as SVG' }).click()
    await bar.getByText('SVG copied').waitFor()
    await page.getByRole('listbox', { name: /^Second graph/ }).focus()
    await page.keyboard.press('ArrowUp')
    await page.getByRole('region', { name: 'Second graph' }).getByRole('region', { name: 'Inputs' }).waitFor()
    await expect.poll(() => page.url()).toMatch(/other=The\+language.*twin=/)
    await page.reload()
    await page.getByRole('region', { name: 'Second graph' }).getByRole('region', { name: 'Inputs' }).waitFor()
    await differences.getByRole('row').nth(3).waitFor()
    expect(complaints).toEqual([])
  })

  it('is downloaded in the common JSON, uploaded again, and refused where a file is none', async () => {
    const { page, complaints } = await visit('/graph?text=The+capital+of+France+is&by=module')
    await factOf(page, 'nodes drawn')
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download the graph' }).click()])
    const path = await download.path()
    const file = z.object({ nodes: z.array(z.object({ node_id: z.string() })), links: z.array(z.unknown()) }).parse(JSON.parse(readFileSync(path, 'utf8')))
    expect(file.nodes.length).toBeGreaterThan(5)
    await page.goto('/graph')
    await page.getByLabel('Upload a graph').setInputFiles({ name: 'graph.json', mimeType: 'application/json', buffer: readFileSync(path) })
    await expect.poll(() => page.url()).toMatch(/\/graph\?id=/)
    await page.getByRole('heading', { name: /How it comes to ␣Paris/ }).waitFor()
    expect(await factOf(page, 'nodes drawn')).toMatch(new RegExp(`^${file.nodes.length} of `))
    // As it was typed, without the blank that the tokenizer puts before it.
    await expect.poll(() => page.getByLabel('Prompt', { exact: true }).inputValue()).toBe('The capital of France is')
    await page.goto('/graph')
    const upload = page.getByRole('region', { name: 'Upload' })
    await page.getByLabel('Upload a graph').setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from('{"nodes": 3}') })
    await upload.getByRole('alert').getByText('This is no attribution graph').waitFor()
    await page.getByLabel('Upload a graph').setInputFiles({ name: 'b.json', mimeType: 'application/json', buffer: Buffer.from('{') })
    await upload.getByRole('alert').getByText('The body is no JSON').waitFor()
    // The browser notes each refusal.
    expect(complaints.filter((complaint) => !complaint.includes('400'))).toEqual([])
  })

  it('of another program is stored by dropping its file, and says everywhere who made it', async () => {
    const { page, complaints } = await visit('/graph')
    const file = { ...foreignFile(), more: 'x'.repeat(2 ** 21) }
    const dropped = await page.evaluateHandle(`(() => {
      const data = new DataTransfer()
      data.items.add(new File([${JSON.stringify(JSON.stringify(file))}], 'theirs.json', { type: 'application/json' }))
      return data
    })()`)
    await page.getByRole('region', { name: 'Upload' }).dispatchEvent('drop', { dataTransfer: dropped })
    await expect.poll(() => page.url()).toMatch(/\/graph\?id=/)
    await page.getByText('Made by circuit-tracer 0.4.1, by Ada, not by Tributary').waitFor()
    expect(await factOf(page, 'made by')).toBe('circuit-tracer 0.4.1, by Ada')
    expect(await page.getByText('error of sums').count()).toBe(0)
    await page.goto('/graph')
    await page.getByRole('region', { name: 'Stored graphs' }).getByText('gemma-2-2b, made by circuit-tracer 0.4.1, by Ada').waitFor()
    expect(complaints).toEqual([])
  })

  it('says in the server’s own words what cannot be asked', async () => {
    const wrongSet = await visit('/graph?text=The+capital&sets=9-res')
    await wrongSet.page.getByRole('alert').getByText('The model has no feature set "9-res"').waitFor()
    const wrongPin = await visit(`${PARIS}&pins=9_9_9`)
    await wrongPin.page.getByRole('region', { name: 'Subgraph' }).getByRole('alert').getByText('The graph has no node "9_9_9"').waitFor()
    const wrongId = await visit('/graph?id=1')
    await wrongId.page.getByRole('alert').getByText('There is no graph "1" here: expected the id of a stored graph; open one from').waitFor()
    await wrongId.page.goto(`/graph?id=${encodeURIComponent(btoa('AttributionGraph:none'))}`)
    await wrongId.page.getByRole('alert').getByText(/^There is no graph "QXR0.*" here/).waitFor()
  })
})
