/**
 * The longest tasks of a page while someone looks at it, measured twice. In a trace: what a task computed, of the page's own
 * main thread alone, since a browser has pages of its own that draw at the same time. And without one, which costs time of
 * its own: tasks of over 50 ms by the clock, as the browser tells the page of them (Long Tasks API). The page is driven by the mouse and the keyboard, at places that were looked up before: to search
 * a page of thousands of elements by their roles would be a long task in itself.
 */
import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import { z } from 'zod'
import { median } from './usage.ts'

/** What people feel. */
const LONG_TASK_MS = 50
/** What comes after the last answer: charts, pieces of long lists. */
const SETTLED_MS = 800
const LOOK_EVERY_MS = 100

const traceEvent = z.looseObject({
  name: z.string(),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  dur: z.number().optional(),
  tdur: z.number().optional(),
})

/** On the clock, and what of it the thread had: on a busy machine it waits for a processor inside of a task. */
interface Task {
  wallMs: number
  cpuMs: number
}

const MARK = 'of-this-page'

/** Where a page keeps what it is told. */
const TOLD = '__longTasksMs'
const LISTEN = `
  window.${TOLD} = []
  new PerformanceObserver((list) => window.${TOLD}.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })`

async function toldDuring(session: CDPSession, action: () => Promise<void>): Promise<number[]> {
  await action()
  const { result } = await session.send('Runtime.evaluate', { expression: `window.${TOLD}.splice(0)`, returnByValue: true })
  return z.array(z.number()).parse(result.value)
}

async function tasksDuring(session: CDPSession, action: () => Promise<void>): Promise<Task[]> {
  const events: z.infer<typeof traceEvent>[] = []
  const collect = ({ value }: { value: unknown[] }) => void events.push(...z.array(traceEvent).parse(value))
  session.on('Tracing.dataCollected', collect)
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()))
  await session.send('Tracing.start', {
    traceConfig: {
      includedCategories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink.user_timing'],
    },
  })
  await action()
  await session.send('Runtime.evaluate', { expression: `performance.mark('${MARK}')` })
  await session.send('Tracing.end')
  await complete
  session.off('Tracing.dataCollected', collect)
  const own = events.find(({ name }) => name === MARK)
  if (!own) throw new Error('the trace does not say which thread is the page’s')
  return events
    .filter(({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && pid === own.pid && tid === own.tid)
    .map(({ dur = 0, tdur = dur }) => ({ wallMs: dur / 1000, cpuMs: tdur / 1000 }))
}

/** Someone at the page. */
class Visitor {
  constructor(
    readonly page: Page,
    readonly session: CDPSession,
  ) {}

  /** `selector` is there, everything has been answered, and what follows is drawn. */
  async sees(selector: string): Promise<void> {
    const expression = `document.querySelector(${JSON.stringify(selector)}) !== null`
    while (!(await this.session.send('Runtime.evaluate', { expression })).result.value) await this.page.waitForTimeout(LOOK_EVERY_MS)
    await this.page.waitForLoadState('networkidle')
    await this.rests()
  }

  rests(): Promise<void> {
    return this.page.waitForTimeout(SETTLED_MS)
  }

  /** Where the nth of them is, once it is in sight. */
  async placeOf(selector: string, nth = 0): Promise<() => Promise<void>> {
    const element = this.page.locator(selector).nth(nth)
    await element.scrollIntoViewIfNeeded()
    await this.rests()
    const box = await element.boundingBox()
    if (!box) throw new Error(`${selector} is not to be seen`)
    return () => this.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  }

  async presses(key: string, times: number): Promise<void> {
    for (let i = 0; i < times; i++) await this.page.keyboard.press(key)
    await this.page.waitForLoadState('networkidle')
    await this.rests()
  }
}

/** What is looked at and done, each step under its name. */
export interface Walk {
  address: string
  /** What is there when the view is complete. */
  complete: string
  steps: readonly Step[]
}

interface Step {
  name: string
  /** Where the mouse is pressed, or which key how often with what in focus. */
  click?: { selector: string; nth?: number }
  press?: { focus: string; key: string; times: number }
  /** What is there afterwards. */
  sees: string
}

export const toDark: Step = {
  name: 'light to dark',
  click: { selector: '.top button[aria-label^="Switch to"]' },
  sees: 'html[data-theme="dark"]',
}

/** One step in all visits. */
class Measured {
  readonly #traced: Task[][] = []
  readonly #told: number[][] = []

  constructor(readonly session: () => CDPSession) {}

  async during(isTraced: boolean, action: () => Promise<void>): Promise<void> {
    if (isTraced) this.#traced.push(await tasksDuring(this.session(), action))
    else this.#told.push(await toldDuring(this.session(), action))
  }

  get summary() {
    const longest = (of: (task: Task) => number) => this.#traced.map((tasks) => Math.max(0, ...tasks.map(of)))
    const [wall, cpu] = [longest(({ wallMs }) => wallMs), longest(({ cpuMs }) => cpuMs)]
    return {
      longestTaskMs: { least: Math.min(...wall), median: median(wall) },
      longestTaskCpuMs: { least: Math.min(...cpu), median: median(cpu) },
      visitsWithTasksOver50CpuMs: cpu.filter((each) => each > LONG_TASK_MS).length,
      visitsTheBrowserTellsOfLongTasks: this.#told.filter(({ length }) => length > 0).length,
      longestItTellsOfMs: Math.max(0, ...this.#told.flat()),
    }
  }
}

/**
 * `open`: a fresh context each time, in which the page is loaded, compiled and drawn for the first time. A visit that is not
 * counted computes what is then stored; the others are traced and untraced in turn.
 */
export async function longestTasks(
  open: () => Promise<{ context: BrowserContext; page: Page }>,
  { address, complete, steps }: Walk,
  visits: number,
): Promise<Record<string, Measured['summary']>> {
  let session: CDPSession
  const measured = new Map(['opening', ...steps.map(({ name }) => name)].map((name) => [name, new Measured(() => session)]))
  for (let visit = -1; visit < 2 * visits; visit++) {
    const { context, page } = await open()
    await page.addInitScript(LISTEN)
    session = await context.newCDPSession(page)
    const visitor = new Visitor(page, session)
    const during = (name: string, action: () => Promise<void>) => (visit < 0 ? action() : measured.get(name)?.during(visit % 2 === 0, action))
    await during('opening', async () => {
      await page.goto(address)
      await visitor.sees(complete)
    })
    for (const { name, click, press, sees } of steps) {
      const clicked = click && (await visitor.placeOf(click.selector, click.nth))
      if (press) await page.focus(press.focus)
      await during(name, async () => {
        await clicked?.()
        if (press) await visitor.presses(press.key, press.times)
        await visitor.sees(sees)
      })
    }
    await context.close()
  }
  return Object.fromEntries([...measured].map(([name, { summary }]) => [name, summary]))
}
