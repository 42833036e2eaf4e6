/** A headless Chromium for the end-to-end tests, where there is one; without it they are skipped, and say so. */
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const given = process.env['TRIBUTARY_CHROMIUM']
const executablePath = given ?? PLACES.find((path) => existsSync(path))

export const hasChromium = executablePath !== undefined && existsSync(executablePath)
export const noChromium = `there is no Chromium at ${given ?? PLACES.join(', ')} (set TRIBUTARY_CHROMIUM, or apt-get install chromium)`

/** Nothing is asked of anyone but the server under test, not by the browser itself either. */
const QUIET = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
]

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath, args: QUIET, headless: true })

export interface Watched {
  page: Page
  context: BrowserContext
  /** What went wrong in the page, and addresses elsewhere that it asked: both are to stay empty. */
  complaints: string[]
}

/** A page that keeps a list of everything that should not happen in it. */
export async function openPage(browser: Browser, origin: string, options: { colorScheme?: 'light' | 'dark' } = {}): Promise<Watched> {
  const context = await browser.newContext({ ...options, permissions: ['clipboard-read', 'clipboard-write'], baseURL: origin })
  // Ends what hangs; a busy machine takes its time.
  context.setDefaultTimeout(120_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.origin !== origin && !['data:', 'blob:'].includes(url.protocol)) complaints.push(`asked ${request.url()}`)
  })
  return { page, context, complaints }
}

/** A number as the page writes it for people, with a minus instead of a hyphen. */
export const numberOf = (text: string | undefined): number => Number(text?.replace('−', '-'))
