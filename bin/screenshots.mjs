#!/usr/bin/env node
// The pictures of docs/pictures, light and dark, taken from a running `npm start` with its demo:
//
//   node bin/screenshots.mjs                         all of them, from http://127.0.0.1:4000
//   node bin/screenshots.mjs ask feature             only these
//   node bin/screenshots.mjs --url http://127.0.0.1:4177
//
// For another view add a line to `pictures`. A picture is taken when `shown` is on the page, never after a fixed time.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'

const WIDTH = 1180
const FOLDER = join(import.meta.dirname, '../docs/pictures')
const CHROMIUM = [
  process.env.TRIBUTARY_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

const FRANCE = 'q=The+capital+of+France+is'
const MARY = 'q=When+Mary+and+John+went+to+the+store%2C+John+gave+a+drink+to'
const WHY = 'text=The+capital+of+France+is&why=own%405'

/**
 * `path`: the view's address, or a function that asks the API for it. `shown`: an element that exists once the view is
 * complete. `from`: the element where the picture begins; the top of the page if absent.
 */
const pictures = [
  { name: 'ask', path: `/?${FRANCE}&pick=4`, height: 1190, shown: (page) => page.getByText('4 of 4 layers') },
  {
    name: 'heads',
    path: `/?${MARY}&by=head&target=Mary&minus=John`,
    height: 920,
    shown: (page) => page.getByRole('figure', { name: 'The strongest heads' }).locator('svg'),
  },
  {
    name: 'features',
    path: `/?${FRANCE}&by=feature&sets=2-res`,
    height: 1120,
    shown: (page) => page.getByRole('figure', { name: /by feature of 2-res/ }).locator('svg'),
  },
  {
    name: 'features-compared',
    path: `/?${FRANCE}&other=The+capital+of+Italy+is&by=feature&sets=2-res&target=Paris`,
    height: 1500,
    shown: (page) => page.getByRole('figure', { name: /their difference/ }).locator('svg'),
  },
  {
    name: 'feature',
    path: '/feature/demo/2-res/320',
    height: 1200,
    shown: (page) => page.getByRole('figure', { name: 'How many tokens get how much' }).locator('svg'),
  },
  {
    name: 'feature-why',
    path: `/feature/demo/1-res/194?${WHY}`,
    height: 1000,
    from: (page) => page.getByRole('region', { name: 'Why it fires', exact: true }),
    shown: (page) => page.getByRole('region', { name: 'What it does' }).getByText('8 of 8'),
  },
  {
    name: 'feature-set',
    path: '/features/demo/2-res?by=DENSITY&direction=DESC',
    height: 760,
    shown: (page) => page.getByText('25 of 512'),
  },
  {
    name: 'graph',
    path:
      '/graph?text=The+capital+of+France+is&sets=1-res%2C2-res&node=2_320_5' +
      '&pins=2_320_5%2C1_194_5%2C2_28_5&groups=capital%2C2_320_5%2C1_194_5',
    height: 1500,
    shown: (page) => page.getByRole('button', { name: 'capital, 2 nodes' }),
  },
  {
    name: 'head',
    path: `/head/demo/2.5?${MARY.replace('q=', 'text=')}`,
    height: 1500,
    shown: (page) => page.getByRole('listbox', { name: /^Shares of the score/ }).locator('image'),
  },
  {
    name: 'library',
    path: '/library',
    height: 900,
    shown: (page) => page.getByRole('region', { name: 'Feature sets' }).getByRole('row').nth(1),
  },
  {
    // Worth seeing while something is computed: npx tributary ingest --model demo --dataset demo-facts --by neuron --layer 1
    name: 'queue',
    path: '/queue',
    height: 1000,
    shown: (page) => page.getByRole('region', { name: 'Under way' }).getByRole('row').nth(1),
  },
  {
    name: 'run',
    path: (api) => runAddress(api, 'demo-truthful'),
    height: 900,
    shown: (page) => page.getByText(/\d+ of \d+ right/),
  },
  {
    name: 'experiment',
    path: (api) => experimentAddress(api, 'token-faithfulness'),
    height: 1230,
    shown: (page) => page.locator('.drawing img'),
  },
  {
    name: 'graph-compared',
    path: '/graph?text=The+capital+of+France+is&sets=1-res%2C2-res&other=The+language+of+France+is',
    height: 1900,
    from: (page) => page.getByRole('region', { name: 'First graph' }),
    shown: (page) => page.getByRole('region', { name: 'Differences' }).locator('.node-about'),
  },
]

/** The newest run of a dataset by token. */
async function runAddress(api, slug) {
  const { runs } = await api('{ runs(first: 50) { nodes { id partitionKind dataset { slug } } } }')
  const run = runs.nodes.find(({ partitionKind, dataset }) => partitionKind === 'TOKEN' && dataset.slug === slug)
  if (!run) throw new Error(`there is no run of ${slug} by token; npm start makes one`)
  return `/run/${run.id}`
}

/** The newest experiment of a name that is done. */
async function experimentAddress(api, wanted) {
  const { experiments } = await api('{ experiments(first: 50) { nodes { id name status } } }')
  const experiment = experiments.nodes.find(({ name, status }) => name === wanted && status === 'DONE')
  if (!experiment) throw new Error(`there is no experiment ${wanted} that is done; npm start makes one`)
  return `/experiments/${experiment.id}`
}

const {
  values: { url },
  positionals: wanted,
} = parseArgs({ allowPositionals: true, options: { url: { type: 'string', default: 'http://127.0.0.1:4000' } } })
const unknown = wanted.find((name) => !pictures.some((picture) => picture.name === name))
const executablePath = CHROMIUM.find((path) => path !== undefined && existsSync(path))
if (unknown !== undefined)
  fail(`There is no picture ${JSON.stringify(unknown)}; there are ${pictures.map(({ name }) => name).join(', ')}.`)
else if (executablePath === undefined)
  fail('There is no Chromium; set TRIBUTARY_CHROMIUM, or apt-get install chromium.')
else
  await takeAll(
    executablePath,
    pictures.filter(({ name }) => wanted.length === 0 || wanted.includes(name)),
  )

async function takeAll(chromiumPath, chosen) {
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    for (const picture of chosen) {
      for (const theme of ['light', 'dark']) {
        await take(browser, picture, theme)
        process.stdout.write(`${picture.name}-${theme}.png\n`)
      }
    }
  } finally {
    await browser.close()
  }
}

async function take(browser, { name, path, height, shown, from }, theme) {
  const context = await browser.newContext({
    baseURL: url,
    colorScheme: theme,
    reducedMotion: 'reduce',
    viewport: { width: WIDTH, height },
  })
  try {
    const page = await context.newPage()
    const api = async (query) => {
      const response = await context.request.post('/graphql', { data: { query } })
      const { data, errors } = await response.json()
      if (errors) throw new Error(errors[0].message)
      return data
    }
    await page.goto(typeof path === 'string' ? path : await path(api))
    await shown(page).first().waitFor()
    // Waits for everything that is still loading, and for charts whose width depends on it.
    await page.waitForLoadState('networkidle')
    await page.evaluate(() => document.fonts.ready)
    const top = from ? ((await from(page).boundingBox())?.y ?? 0) - 12 : 0
    const whole = await page.evaluate(() => document.documentElement.scrollHeight)
    await page.screenshot({
      path: join(FOLDER, `${name}-${theme}.png`),
      fullPage: true,
      clip: { x: 0, y: top, width: WIDTH, height: Math.min(height, whole - top) },
    })
  } finally {
    await context.close()
  }
}

function fail(message) {
  process.stderr.write(`error: ${message}\n`)
  process.exitCode = 2
}
