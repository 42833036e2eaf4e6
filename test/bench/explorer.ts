/**
 * The explorer in a headless Chromium: how soon Ask is painted and answered from a warm server, what each view transfers, and
 * the longest task of the page with 500 tokens while someone looks through them. Prints JSON; `npm run bench -- explorer`.
 * Server and worker have a process of their own, as `tributary start` does it; the browser has its own, too.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { z } from 'zod'
import { projectDir } from '../../src/config.ts'
import { hasChromium, noChromium, openBrowser } from '../explorer/browser.ts'
import { median } from './usage.ts'

const VISITS = Number(process.argv[3] ?? 7)
const TOKENS = 500
/** The demo knows texts of 128 tokens; what it says of longer ones means nothing, and is as much to draw. */
const LONGEST = 1024
const LONG = 'long'

const SHORT_TEXT = 'The capital of France is'
const LONG_TEXT = 'The capital of France is Paris. '.repeat(Math.ceil(TOKENS / 7)).trim()

/** What people feel. */
const LONG_TASK_MS = 50

const address = (text: string, more: Record<string, string> = {}) => `/?${new URLSearchParams({ q: text, ...more })}`

const say = (text: string) => void process.stderr.write(`${text}\n`)
const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)

async function main(): Promise<void> {
  if (!hasChromium) throw new Error(noChromium)
  const home = mkdtempSync(path.join(os.tmpdir(), 'tributary-bench-explorer-'))
  const browser = await openBrowser()
  let server: Running | undefined
  try {
    server = await serve(home)
    const { url } = server
    const views = { ask: address(SHORT_TEXT), library: '/library', feature: '/feature/demo/2-res/320' }
    await warm(browser, url, [...Object.values(views), address(LONG_TEXT, { model: LONG })])
    const painted: Record<string, unknown> = {}
    for (const [name, view] of Object.entries(views)) {
      say(`${name}: ${VISITS} visits …`)
      painted[name] = await visits(browser, url, view)
    }
    say(`${TOKENS} tokens …`)
    const long = await longestTasks(browser, url)
    const machine = {
      cores: os.cpus().length,
      loadAverage: os.loadavg()[0],
      node: process.version,
      chromium: browser.version(),
    }
    console.log(JSON.stringify({ machine, painted, long }, rounded, 2))
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

/** What someone does with a long text, each traced on its own. */
async function longestTasks(browser: Browser, url: string) {
  const { context, page } = await open(browser, url)
  const session = await context.newCDPSession(page)
  const longest: Record<
    string,
    Record<'longestTaskMs' | 'longestTaskCpuMs' | 'tasksOver50Ms' | 'tasksOver50CpuMs', number>
  > = {}
  const during = async (name: string, action: () => Promise<void>) => {
    const tasks = await tasksDuring(session, action)
    const [wall, cpu] = [tasks.map(({ wallMs }) => wallMs), tasks.map(({ cpuMs }) => cpuMs)]
    longest[name] = {
      longestTaskMs: Math.max(0, ...wall),
      longestTaskCpuMs: Math.max(0, ...cpu),
      tasksOver50Ms: wall.filter((each) => each > LONG_TASK_MS).length,
      tasksOver50CpuMs: cpu.filter((each) => each > LONG_TASK_MS).length,
    }
  }
  const settled = () => page.waitForLoadState('networkidle')
  await during('opening', async () => {
    await page.goto(address(LONG_TEXT, { model: LONG }))
    await page.locator('html[data-complete]').waitFor()
    await settled()
  })
  const list = page.getByRole('listbox')
  const tokens = await list.getByRole('option').count()
  await during('choosing a token, with its trace', async () => {
    await list.getByRole('option').nth(100).click()
    await page.getByText('4 of 4 layers').waitFor()
    await page.getByRole('region', { name: 'Trace of a token' }).locator('svg').waitFor()
    await settled()
  })
  await during('walking along 20 tokens', async () => {
    await list.focus()
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowRight')
    await settled()
  })
  await during('words instead', async () => {
    await page.getByRole('radio', { name: 'Words' }).click()
    await page.getByRole('listbox', { name: /by word/ }).waitFor()
    await settled()
  })
  await during('light to dark', async () => {
    await page.getByRole('button', { name: 'Switch to dark colours' }).click()
    await page.locator('html[data-theme="dark"]').waitFor()
  })
  await context.close()
  return { tokens, ...longest }
}

const traceEvent = z.looseObject({
  name: z.string(),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  dur: z.number().optional(),
  tdur: z.number().optional(),
  args: z.looseObject({ name: z.string().optional() }).optional(),
})

/** On the clock, and what of it the thread had: on a busy machine it waits for a processor inside of a task. */
interface Task {
  wallMs: number
  cpuMs: number
}

/** Every task of the pages' main threads. */
async function tasksDuring(session: CDPSession, action: () => Promise<void>): Promise<Task[]> {
  const events: z.infer<typeof traceEvent>[] = []
  const collect = ({ value }: { value: unknown[] }) => void events.push(...z.array(traceEvent).parse(value))
  session.on('Tracing.dataCollected', collect)
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()))
  await session.send('Tracing.start', {
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] },
  })
  await action()
  await session.send('Tracing.end')
  await complete
  session.off('Tracing.dataCollected', collect)
  const threads = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}:${tid}`),
  )
  return events
    .filter(({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && threads.has(`${pid}:${tid}`))
    .map(({ dur = 0, tdur = dur }) => ({ wallMs: dur / 1000, cpuMs: tdur / 1000 }))
}

await main()
