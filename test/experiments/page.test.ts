/** Pages of reports in a browser: nothing is cut off, at the width of a desk and of a phone, in light and in dark. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExperimentRecord, Probe } from '../../experiments/experiment.ts'
import { experimentOf } from '../../experiments/kinds.ts'
import type { ExperimentName } from '../../experiments/names.ts'
import { trainProbes } from '../../experiments/probe/probe.ts'
import { toHtml } from '../../experiments/report/html.ts'
import { reportOf } from '../../experiments/report/report.ts'
import { hasChromium, noChromium, openBrowser } from '../explorer/browser.ts'
import { demoRecords, recordsOf, runAll, useDemo } from './demo.ts'

interface Seen {
  pageWidth: number
  /** Texts of drawings that reach beyond their drawing. */
  cut: string[]
  ground: string
  ink: string
}

/** Run in the page. */
const LOOK = `(() => {
  const style = getComputedStyle(document.body)
  const cut = [...document.querySelectorAll('svg')].flatMap((svg) => {
    const whole = svg.getBoundingClientRect()
    return [...svg.querySelectorAll('text')].filter((text) => {
      const { left, right, top, bottom, width } = text.getBoundingClientRect()
      return width > 0 && (left < whole.left - 1 || right > whole.right + 1 || top < whole.top - 1 || bottom > whole.bottom + 1)
    }).map((text) => text.textContent)
  })
  return { pageWidth: document.documentElement.scrollWidth, cut, ground: style.backgroundColor, ink: style.color }
})()`

/** 0 is black, 255 white. */
const brightness = (colour: string): number => (colour.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part) / 3, 0)

describe.skipIf(!hasChromium)(`pages of reports in a browser (skipped where ${noChromium})`, () => {
  const demo = useDemo()
  const home = mkdtempSync(join(tmpdir(), 'tributary-page-'))
  let browser: Browser
  beforeAll(async () => void (browser = await openBrowser()))
  afterAll(async () => {
    await browser?.close()
    rmSync(home, { recursive: true, force: true })
  })

  async function pageOf(name: ExperimentName, records: readonly ExperimentRecord[], probes: readonly Probe[] = []): Promise<string> {
    const experiment = experimentOf(name)
    const asked = { options: experiment.options.parse({}), protocol: 'corrected' as const, seed: 0 }
    const rows = await runAll(experiment, records, asked, { ...demo(), probes })
    const file = join(home, `${name}.html`)
    writeFileSync(file, toHtml(await reportOf(experiment, rows, asked, { model: 'demo', dataset: 'demo', engine: 'onnx', records: records.length })))
    return pathToFileURL(file).href
  }

  async function look(url: string, width: number, colorScheme: 'light' | 'dark'): Promise<Seen> {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } })
    const page = await context.newPage()
    await page.goto(url)
    const seen = await page.evaluate<Seen>(LOOK)
    await context.close()
    return seen
  }

  it.each(['words', 'cases'] as const)('%s', async (name) => {
    const records = name === 'words'
      ? recordsOf([{ text: 'The mother tongue of Olga Morvik is', answer: 'Italian' }])
      // A question alone, and after wrong information: a long prompt.
      : (await demoRecords('truthfulqa_data.json', 3)).filter(({ extra }) => extra['variant'] !== 'correct')
    const probes = name === 'words' ? [] : await trainProbes(await demoRecords('truthful_probe_train.json', 60), await demoRecords('truthful_probe_test.json', 30), demo())
    const url = await pageOf(name, records, probes)
    for (const width of [1100, 400]) {
      for (const scheme of ['light', 'dark'] as const) {
        const { pageWidth, cut, ground, ink } = await look(url, width, scheme)
        expect({ pageWidth, cut }).toEqual({ pageWidth: width, cut: [] })
        const contrast = brightness(ground) - brightness(ink)
        expect(scheme === 'light' ? contrast : -contrast).toBeGreaterThan(180)
      }
    }
  })
})
