/**
 * The explorer in a headless Chromium: how soon Ask is painted and answered from a warm server, what each view transfers, and
 * the longest tasks of Ask and Head with 500 tokens and of Graph with 2,000 nodes while someone looks through them (explorer-
 * tasks.ts). Prints JSON; `npm run bench -- explorer [VISITS] [WORDS]`: of the views whose name has one of the words, or of all.
 * Server and worker have a process of their own, as `tributary start` does it; the browser has its own, too.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { z } from 'zod'
import { projectDir } from '../../src/config.ts'
import { hasChromium, noChromium, openBrowser } from '../explorer/browser.ts'
import { longestTasks, toDark, type Walk } from './explorer-tasks.ts'
import { watchMachine } from './machine.ts'
import { median } from './usage.ts'

const [VISITS, WORDS] = argumentsOf(process.argv.slice(3))
const TOKENS = 500
/** The demo knows texts of 128 tokens; what it says of longer ones means nothing, and is as much to draw. */
const LONGEST = 1024
const LONG = 'long'

const SHORT_TEXT = 'The capital of France is'
const LONG_TEXT = 'The capital of France is Paris. '.repeat(Math.ceil(TOKENS / 7)).trim()

const address = (text: string, more: Record<string, string> = {}) => `/?${new URLSearchParams({ q: text, ...more })}`

/** By head, as many tokens have more than 2,000 nodes. */
const GRAPH_TEXT = 'The capital of France is Paris. '.repeat(17).trim()

const WALKS: Readonly<Record<string, Walk>> = {
  // What a browser takes for an address as long, whatever the page: it lays out its bar and starts the process of its next tab.
  'ask and head, nothing': { address: `/healthz?${new URLSearchParams({ text: LONG_TEXT })}`, complete: 'body', steps: [] },
  'ask, 500 tokens': {
    address: address(LONG_TEXT, { model: LONG }),
    complete: '.answer .facts',
    steps: [
      { name: 'choosing a token, with its trace', click: { selector: '.heat-part', nth: 100 }, sees: '[aria-label="Trace of a token"] svg' },
      { name: 'walking along 20 tokens', press: { focus: '.heat', key: 'ArrowRight', times: 20 }, sees: '.heat' },
      { name: 'words instead', click: { selector: '.toolbar .tabs button', nth: 1 }, sees: '.heat[aria-label*="by word"]' },
      toDark,
    ],
  },
  'head, 500 tokens': {
    address: `/head/${LONG}/2.5?${new URLSearchParams({ text: LONG_TEXT })}`,
    complete: '[aria-label="Why"] .facts',
    steps: [
      { name: 'another key', click: { selector: '.bar-list button', nth: 2 }, sees: '.matrix' },
      { name: 'walking along 5 queries', press: { focus: '.matrix', key: 'ArrowUp', times: 5 }, sees: '.matrix' },
      toDark,
    ],
  },
  'graph, 2,000 nodes': {
    address: `/graph?${new URLSearchParams({ model: LONG, text: GRAPH_TEXT, by: 'head', threshold: '1', nodes: '2000' })}`,
    complete: '.graph-legend',
    steps: [
      { name: 'choosing a node', click: { selector: '.graph-columns .bar-list button', nth: 3 }, sees: '[aria-label="Inputs"]' },
      { name: 'walking along 5 nodes', press: { focus: '.graph-frame', key: 'ArrowRight', times: 5 }, sees: '[aria-label="Inputs"]' },
      toDark,
    ],
  },
}

/** A number, then words; either may be missing. */
function argumentsOf(given: readonly string[]): [visits: number, words: readonly string[]] {
  const [first] = given
  return first !== undefined && /^\d+$/.test(first) ? [Number(first), given.slice(1)] : [7, given]
}

const isAsked = (name: string): boolean => WORDS.length === 0 || WORDS.some((word) => name.includes(word))

const say = (text: string) => void process.stderr.write(`${text}\n`)
const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)

async function main(): Promise<void> {
  if (!hasChromium) throw new Error(noChromium)
  const machine = watchMachine()
  const home = mkdtempSync(path.join(os.tmpdir(), 'tributary-bench-explorer-'))
  const browser = await openBrowser()
  let server: Running | undefined
  try {
    server = await serve(home)
    const { url } = server
    const views = { ask: address(SHORT_TEXT), library: '/library', feature: '/feature/demo/2-res/320' }
    await warm(browser, url, Object.values(views))
    const painted: Record<string, unknown> = {}
    for (const [name, view] of Object.entries(views).filter(([each]) => isAsked(each))) {
      say(`${name}: ${VISITS} visits …`)
      painted[name] = await visits(browser, url, view)
    }
    const tasks: Record<string, unknown> = {}
    for (const [name, walk] of Object.entries(WALKS).filter(([each]) => isAsked(each))) {
      say(`${name} …`)
      tasks[name] = await longestTasks(() => open(browser, url), walk, VISITS)
    }
    console.log(JSON.stringify({ machine: { ...machine(), chromium: browser.version() }, painted, tasks }, rounded, 2))
  } finally {
    await browser.close()
    await server?.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

interface Running {
  url: string
  stop(): Promise<void>
}

const COMMAND = path.join(projectDir, 'bin/tributary.mjs')

/** A whole `tributary start` with the demo and a model that takes long texts. */
async function serve(home: string): Promise<Running> {
  const env = { ...process.env, TRIBUTARY_HOME: home }
  say('starting, with the demo …')
  const child = spawn(process.execPath, [COMMAND, 'start', '--port', '0'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await addressOf(child)
  const folder = path.join(home, LONG)
  cpSync(path.join(projectDir, 'demo/model'), folder, { recursive: true })
  const config = path.join(folder, 'config.json')
  const settings = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(config, 'utf8')))
  writeFileSync(config, JSON.stringify({ ...settings, max_position_embeddings: LONGEST }))
  const added = spawnSync(process.execPath, [COMMAND, 'model', 'add', folder, '--id', LONG], { env, encoding: 'utf8' })
  if (added.status !== 0) throw new Error(added.stderr)
  return { url, stop: () => stop(child) }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      const [, url] = /Open\s+(http:\/\/\S+)/.exec(printed) ?? []
      if (url !== undefined) resolve(url)
    })
    child.once('exit', (status) => reject(new Error(`tributary start ended with ${status}: ${printed}`)))
  })
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGINT')
  await ended
}

/** What is complete when a view is: its answer, its tables, its charts. */
const COMPLETE = '.answer .facts, section[aria-label="Feature sets"] table, section[aria-label="Examples"] li'

async function open(browser: Browser, url: string): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ baseURL: url })
  const page = await context.newPage()
  page.setDefaultTimeout(120_000)
  await page.addInitScript(`
    new MutationObserver((_, observer) => {
      if (!document.querySelector(${JSON.stringify(COMPLETE)})) return
      observer.disconnect()
      requestAnimationFrame(() => { document.documentElement.dataset.complete = performance.now() })
    }).observe(document, { childList: true, subtree: true })`)
  return { context, page }
}

/** Everything is computed and stored once. */
async function warm(browser: Browser, url: string, views: readonly string[]): Promise<void> {
  say('warming …')
  for (const view of views) {
    const { context, page } = await open(browser, url)
    await page.goto(view)
    await page.locator(COMPLETE).first().waitFor()
    await page.waitForLoadState('networkidle')
    await context.close()
  }
}

const timesSchema = z.object({ paintedMs: z.number(), completeMs: z.number(), bytes: z.number(), requests: z.int() })
type Times = z.infer<typeof timesSchema>

const MEASURED = `(() => {
  const [paint] = performance.getEntriesByName('first-contentful-paint')
  const loaded = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  return {
    paintedMs: paint.startTime, completeMs: Number(document.documentElement.dataset.complete),
    bytes: loaded.reduce((sum, each) => sum + each.transferSize, 0), requests: loaded.length,
  }
})()`

/** First with nothing in the browser's cache, then again in the same one. */
async function visits(browser: Browser, url: string, view: string) {
  const first: Times[] = []
  const again: Times[] = []
  for (let i = 0; i < VISITS; i++) {
    const { context, page } = await open(browser, url)
    for (const times of [first, again]) {
      await page.goto('about:blank')
      await page.goto(view)
      await page.locator('html[data-complete]').waitFor()
      await page.waitForLoadState('networkidle')
      times.push(timesSchema.parse(await page.evaluate(MEASURED)))
    }
    await context.close()
  }
  return { first: middle(first), again: middle(again) }
}

const middle = (times: readonly Times[]) => ({
  firstPaintMs: median(times.map(({ paintedMs }) => paintedMs)),
  slowestFirstPaintMs: Math.max(...times.map(({ paintedMs }) => paintedMs)),
  completeMs: median(times.map(({ completeMs }) => completeMs)),
  transferredBytes: median(times.map(({ bytes }) => bytes)),
  requests: median(times.map(({ requests }) => requests)),
})

await main()
