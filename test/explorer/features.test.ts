/** Features, as someone meets them in a browser: found in the library, read on their page, asked about. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createApiKey, openStore } from '../../src/store/index.ts'
import { hasChromium, noChromium, openBrowser, openPage, type Watched, numberOf } from './browser.ts'
import { addFeatureSets, openWorld, type World } from './world.ts'

const FEATURE = '/feature/demo/2-res/320'
const OWN = `${FEATURE}?text=The+capital+of+France+is&why=own%405`
const ASK = '/?q=The+capital+of+France+is'

describe.skipIf(!hasChromium)(`features in a browser (skipped where ${noChromium})`, () => {
  let world: World
  let browser: Browser
  let url: string
  const opened: Watched[] = []

  beforeAll(async () => {
    world = await openWorld()
    await addFeatureSets(world)
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

  async function visit(path: string, origin = url): Promise<Watched> {
    const watched = await openPage(browser, origin)
    opened.push(watched)
    await watched.page.goto(path)
    return watched
  }

  const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
  /** `+37.58` of `␣capital +37.58` */
  const scoreOf = (label: string) => numberOf(label.split(' ').at(-1))
  const labelsOf = (page: Page, name: string) =>
    region(page, name)
      .getByRole('listbox')
      .getByRole('option')
      .evaluateAll((options) => options.map((option) => option.getAttribute('aria-label') ?? ''))
  const barsOf = (page: Page, name: string) =>
    page
      .getByRole('figure', { name })
      .locator('svg g[aria-label="text"] a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))

  it('are found from the library: a set with its sweep, its list sorted and searched by the database, a feature', async () => {
    const { page, complaints } = await visit('/library')
    const row = region(page, 'Feature sets').getByRole('row', { name: /demo\/2-res/ })
    await row.getByText('done').waitFor()
    expect(await row.innerText()).toMatch(/512\s+512/)
    await row.getByRole('link', { name: 'demo/2-res' }).click()
    const features = region(page, 'Features')
    await features.getByText('25 of 512').waitFor()
    await features.getByRole('button', { name: 'Fires at' }).click()
    await features.locator('th[aria-sort="descending"]').getByText('Fires at ↓').waitFor()
    await features.getByRole('searchbox').fill('THE TOKEN “IS”')
    await page.keyboard.press('Enter')
    await features.getByRole('link', { name: '320', exact: true }).waitFor()
    await expect.poll(() => page.url()).toMatch(/by=DENSITY.*direction=DESC/)
    await page.reload()
    await features.getByRole('link', { name: '320', exact: true }).click()
    await page.getByRole('heading', { name: /demo\/2-res\/320 the token “is”/ }).waitFor()
    expect(complaints).toEqual([])
  })

  it('are found by words, by the text that they fire in, and by what they raise', async () => {
    const { page, complaints } = await visit('/features/demo/2-res?in=about&find=country')
    const features = region(page, 'Features')
    await features
      .getByRole('link', { name: /country/ })
      .first()
      .waitFor()
    await features.getByLabel('Where to look').selectOption('text')
    await features.getByRole('searchbox').fill('capital of PERU')
    await page.keyboard.press('Enter')
    await features.getByRole('listbox').first().waitFor()
    await expect.poll(() => page.url()).toContain('in=text')
    await features.getByLabel('Where to look').selectOption('raises')
    await features.getByRole('searchbox').fill(' Lima')
    await page.keyboard.press('Enter')
    await features.getByRole('link', { name: '320', exact: true }).waitFor()
    await page.goto('/features/demo/2-res?find=no+such+words')
    await features.getByText('No feature of the set is like that.').waitFor()
    expect(complaints).toEqual([])
  })

  it('say what one means, when it fires and how strongly', async () => {
    const { page, complaints } = await visit(FEATURE)
    await region(page, 'Descriptions').getByText('the token “is”').waitFor()
    expect(await region(page, 'Descriptions').innerText()).toMatch(/by \S+.*score 1\.000/)
    await page.getByRole('figure', { name: 'Tokens that it raises and lowers most' }).getByText('␣Lima').waitFor()
    await page.getByRole('figure', { name: 'How often each activation occurs' }).locator('svg').waitFor()
    await page.getByRole('figure', { name: 'How many tokens get how much' }).locator('svg').waitFor()
    const strongest = region(page, 'Examples: Strongest').getByRole('listbox')
    await expect.poll(() => strongest.count()).toBe(10)
    await strongest.first().getByRole('option', { selected: true }).waitFor()
    expect(await strongest.first().getByRole('option', { selected: true }).getAttribute('aria-label')).toMatch(
      /^␣is [\d.]+$/,
    )
    await expect.poll(() => barsOf(page, 'Similar features')).toHaveLength(10)
    await page.getByRole('link', { name: '321 →' }).click()
    await page.getByRole('heading', { name: /demo\/2-res\/321/ }).waitFor()
    expect(complaints).toEqual([])
  })

  it('show the values of an example’s tokens to the keyboard, and keep context and line breaks in the address', async () => {
    const { page, complaints } = await visit(FEATURE)
    const examples = region(page, 'Examples')
    const first = region(page, 'Examples: Strongest').getByRole('listbox').first()
    await first.focus()
    await page.keyboard.press('Home')
    await expect.poll(() => first.getByRole('option', { selected: true }).getAttribute('aria-label')).toMatch(/^<s>/)
    await page.keyboard.press('End')
    await expect.poll(() => first.getByRole('option', { selected: true }).getAttribute('aria-label')).toMatch(/^␣is/)
    await examples.getByRole('radio', { name: 'Long' }).click()
    await examples.getByLabel('line breaks').check()
    await expect.poll(() => page.url()).toMatch(/context=long.*breaks=yes/)
    await page.reload()
    expect(await examples.getByRole('radio', { name: 'Long' }).getAttribute('aria-checked')).toBe('true')
    expect(complaints).toEqual([])
  })

  it('explain why one fires at an example, with the sum in sight, by tokens and by heads', async () => {
    const { page, complaints } = await visit(FEATURE)
    await region(page, 'Examples: Strongest')
      .getByRole('button', { name: /Why it fires/ })
      .first()
      .click()
    const why = region(page, 'Why it fires')
    await region(page, 'Shares').getByRole('listbox').waitFor()
    const shares = await labelsOf(page, 'Shares')
    expect(shares).toHaveLength(6)
    expect(shares.toSorted((a, b) => scoreOf(b) - scoreOf(a))[0]).toMatch(/^␣capital /)
    const facts = await region(page, 'Shares').innerText()
    const [, sum, value] = /sum of shares\s+([\d.]+) of ([\d.]+)/.exec(facts) ?? []
    expect(sum).toBe(value)
    expect(facts).toMatch(/pre-activation\s+[\d.]+\s+activation\s+[\d.]+/)
    await why.getByRole('radio', { name: 'Heads' }).click()
    await expect.poll(() => region(page, 'Shares').locator('svg [aria-label="cell"] rect').count()).toBe(3 * 8)
    const [, ofLayer, again] =
      /sum of each layer\s+([\d.]+) of ([\d.]+)/.exec(await region(page, 'Shares').innerText()) ?? []
    expect([ofLayer, again]).toEqual([value, value])
    await page.reload()
    await expect.poll(() => region(page, 'Shares').locator('svg [aria-label="cell"] rect').count()).toBe(3 * 8)
    await expect.poll(() => page.url()).toMatch(/why=.*by=head/)
    expect(complaints).toEqual([])
  })

  it('explain it by neurons and by the features of an earlier set, which lead to their pages', async () => {
    const { page, complaints } = await visit(`${OWN}&by=neuron`)
    const why = region(page, 'Why it fires')
    await region(page, 'Shares')
      .getByText(/of the \d+ strongest/)
      .waitFor()
    await why.getByRole('radio', { name: 'Features' }).click()
    await expect
      .poll(async () => (await barsOf(page, 'Shares of feature 320 of 2.resid_post by feature of 1-res'))[0])
      .toBe('/feature/demo/1-res/194')
    await page.reload()
    await region(page, 'Shares of 1-res')
      .getByText(/sum of shares/)
      .waitFor()
    await expect.poll(() => page.url()).toMatch(/why=.*by=feature/)
    expect(complaints).toEqual([])
  })

  it('say what one does: to what the model says next, and to later features, which lead to their pages', async () => {
    const { page, complaints } = await visit('/feature/demo/1-res/194?text=The+capital+of+France+is&why=own%405')
    const does = region(page, 'What it does')
    await does.getByText(/of the logit 18\.\d+ come from it at this position/).waitFor()
    await does.getByRole('figure', { name: 'Tokens that it speaks for' }).locator('svg').waitFor()
    await does.getByText('8 of 8').waitFor()
    await expect.poll(() => barsOf(page, 'Its shares of later features')).toHaveLength(8)
    const [first] = await barsOf(page, 'Its shares of later features')
    expect(first).toBe('/feature/demo/2-res/320')
    await does.getByRole('figure', { name: 'Its shares of later features' }).locator('svg a').first().click()
    await page.getByRole('heading', { name: /demo\/2-res\/320/ }).waitFor()
    expect(complaints).toEqual([])
  })

  it('are tried on a text of one’s own, and explained where a token of it is chosen', async () => {
    const { page, complaints } = await visit(FEATURE)
    const own = region(page, 'Your own text')
    await own.getByLabel('Your own text').fill('The capital of Peru is')
    await page.keyboard.press('Enter')
    await own.getByText(/It fires most strongly at ␣is/).waitFor()
    await own.getByRole('option', { name: /␣is/ }).click()
    await page.getByRole('heading', { name: /Why it fires at ␣is/ }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: /Why it fires at ␣is/ }).waitFor()
    await region(page, 'Shares').getByRole('option', { name: /␣Peru/ }).waitFor()
    await region(page, 'Why it fires').getByRole('link', { name: 'Ask about this text' }).click()
    await page.getByRole('heading', { name: /What made it fire: feature 320 of 2.resid_post/ }).waitFor()
    expect(new URL(page.url()).searchParams.get('at')).toBe('5')
    expect(complaints).toEqual([])
  })

  it('are given away: numbers as a file, pictures, a query that runs, commands', async () => {
    const { page, complaints } = await visit(OWN)
    const take = async (from: string, what: string) => {
      const place = region(page, from)
      await place
        .getByRole('button', { name: `Copy as ${what}` })
        .first()
        .click()
      await place.getByText(`${what} copied`).first().waitFor()
      return page.evaluate<string>('navigator.clipboard.readText()')
    }
    await region(page, 'Shares').getByRole('listbox').waitFor()
    expect(await take('Shares', 'Command')).toMatch(
      /^npx tributary attribute --model demo --tokens [\d,]+ --position 5 --feature demo\/2-res\/320 --by token\n$/,
    )
    expect(await take('Examples', 'SVG')).toMatch(/^<svg[^]*<\/svg>$/)
    expect((await take('Examples', 'CSV')).split('\r\n')[0]).toBe('group,value,position,token,text')
    expect(await take('Logits', 'Command')).toMatch(/^npx tributary sql 'SELECT top_tokens.* FROM feature_readable/)
    const tableOf = (csv: string) => csv.trim().split(/\r?\n/).map((line) => line.split(',').map((cell) => (/\d/.test(cell) ? Number(Number(cell).toPrecision(6)) : cell)))
    for (const bar of await region(page, 'Strengths').getByRole('group', { name: 'Copy' }).all()) {
      const texts: string[] = []
      for (const what of ['CSV', 'Command']) {
        await bar.getByRole('button', { name: `Copy as ${what}` }).click()
        await bar.getByText(`${what} copied`).waitFor()
        texts.push(await page.evaluate<string>('navigator.clipboard.readText()'))
      }
      const [csv = '', command = ''] = texts
      expect(tableOf(await world.printed(`${command.trim()} --csv`))).toEqual(tableOf(csv))
    }
    const query = await take('Strengths', 'GraphQL')
    const answer = await page.evaluate(async (text) => {
      const response = await fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: text }),
      })
      return (await response.json()) as { data?: { feature: { name: string } } }
    }, query)
    expect(answer.data?.feature.name).toBe('demo/2-res/320')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      region(page, 'Vectors')
        .getByRole('button', { name: /What it writes/ })
        .click(),
    ])
    expect(download.suggestedFilename()).toBe('demo-2-res-320-decoder.json')
    await region(page, 'Vectors')
      .getByText(/128 numbers saved/)
      .waitFor()
    expect(complaints).toEqual([])
  })

  it('are described and voted on, with a key where keys are needed', async () => {
    const store = openStore(world.database.url)
    const { secret } = await createApiKey(store, { name: 'reader', scopes: ['compute'], expiresAt: null })
    await store.close()
    const guarded = await world.serve({ requireKeys: true })
    const { page } = await visit('/feature/demo/2-res/7', guarded.url)
    const about = region(page, 'Descriptions')
    await about.getByLabel('What do you think it is about?').fill('a thing of mine')
    await about.getByRole('button', { name: 'Say so' }).click()
    await about.getByRole('button', { name: 'Enter an API key' }).click()
    await page.getByLabel('Key', { exact: true }).fill(secret)
    await page.getByRole('button', { name: 'Use this key' }).click()
    await about.getByRole('button', { name: 'Say so' }).click()
    await about.getByText('by reader (human)').waitFor()
    await about.getByRole('button', { name: 'Vote for “a thing of mine”' }).click()
    await about.getByText('1 vote', { exact: true }).waitFor()
    // Most votes make the label.
    await page.getByRole('heading', { name: /demo\/2-res\/7 a thing of mine/ }).waitFor()
    await about.getByRole('button', { name: 'Vote against “a thing of mine”' }).click()
    await about.getByText('-1 vote', { exact: true }).waitFor()
    await about.getByRole('button', { name: 'Take back the vote on “a thing of mine”' }).click()
    await about.getByText('0 votes').first().waitFor()
  })

  it('say in words what is dead, and what is not there', async () => {
    const { page } = await visit('/features/demo/2-res?show=dead')
    await region(page, 'Features').getByRole('row').nth(1).getByRole('link').first().click()
    await page.getByText('Dead on this dataset.').waitFor()
    await page.goto('/feature/demo/2-res/512')
    await page.getByText('There is no feature "demo/2-res/512" here').waitFor()
    await page.goto('/feature/demo/2-res/many')
    await page.getByRole('alert').getByText('There is no feature "demo/2-res/many" here: expected a model').waitFor()
    await page.goto('/features/demo/none')
    await page.getByText('There is no feature set "demo/none" here').waitFor()
    await page.goto(`${FEATURE}?why=own%4099&text=Hello`)
    await page.getByText(/The text has no position 99/).waitFor()
  })

  it('split what the model says in Ask, set by set, and lead to their pages', async () => {
    const { page, complaints } = await visit(ASK)
    await page.getByRole('heading', { name: /What made it say ␣Paris/ }).waitFor()
    await page.getByRole('radio', { name: 'Features' }).click()
    await page.getByRole('figure', { name: 'Shares of ␣Paris by feature of 2-res' }).locator('svg').waitFor()
    await page.getByLabel('1-res').check()
    await page.getByRole('figure', { name: 'Shares of ␣Paris by feature of 1-res' }).locator('svg').waitFor()
    await expect.poll(() => page.url()).toContain('sets=1-res%2C2-res')
    const answers = page.getByRole('region', { name: 'Answer' })
    expect(await answers.count()).toBe(2)
    for (const answer of await answers.all()) {
      const [, sum, value] = /sum of shares\s+([\d.]+) of ([\d.]+)/.exec(await answer.innerText()) ?? []
      expect(sum).toBe(value)
    }
    await answers.last().getByLabel('Find').fill('320')
    await answers
      .last()
      .getByText(/^1 of \d+ components/)
      .waitFor()
    await answers.last().locator('svg a').first().click()
    await page.getByRole('heading', { name: /demo\/2-res\/320/ }).waitFor()
    // That answer is stored now, and stands on the feature's page.
    await page.getByText('What it did in what is stored').click()
    await region(page, 'Stored effects')
      .getByRole('row', { name: /␣Paris/ })
      .first()
      .waitFor()
    expect(complaints).toEqual([])
  })

  it('are subtracted in Ask: those that are kept of either prompt, split out of both', async () => {
    const { page, complaints } = await visit(`${ASK}&other=The+capital+city+of+Italy+is&target=Paris&by=feature`)
    const answer = region(page, 'Answer')
    await answer.getByText(/^24 of \d+ components, the largest difference first/).waitFor()
    const [, sum, value] = /sum of differences\s+([-\d.]+) of ([-\d.]+)/.exec(await answer.innerText()) ?? []
    expect(sum).toBe(value)
    const take = async (what: string) => {
      await answer.getByRole('button', { name: `Copy as ${what}` }).click()
      await answer.getByText(`${what} copied`).waitFor()
      return page.evaluate<string>('navigator.clipboard.readText()')
    }
    const all = (await take('CSV')).split('\r\n').slice(1).filter(Boolean).map((line) => line.split(','))
    const rows = all.filter(([kind]) => kind === 'FEATURE')
    const numbers = rows.map((row) => row[2])
    expect(new Set(numbers).size).toBe(rows.length)
    expect(rows.some((row) => row.at(-2) !== '' && row.at(-3) !== '')).toBe(true)
    const one = rows.find((row) => row.at(-2) === '')
    expect(Number(one?.at(-1))).toBe(Number(one?.at(-3)))
    await answer.getByLabel('Find').fill(`2-res/${one?.[2]}`)
    await page.getByText('As a table').click()
    await answer.getByRole('row', { name: new RegExp(`2-res/${one?.[2]}\\b.* does not fire$`) }).waitFor()
    const printed = await world.printed(await take('Command'))
    for (const [kind, , index] of all.slice(0, 24)) expect(printed).toMatch(kind === 'FEATURE' ? new RegExp(`F${index}\\b`) : new RegExp(`L2.${kind}`))
    await answer.getByRole('row').getByRole('link').first().click()
    await page.getByRole('heading', { name: `demo/2-res/${one?.[2]}` }).waitFor()
    expect(complaints).toEqual([])
  })

  it('are targets in Ask: found among those that fire, by words or by name', async () => {
    const { page, complaints } = await visit(ASK)
    await page.getByText('or why a feature fires').click()
    await page
      .getByRole('group', { name: 'Features that fire there' })
      .getByRole('button', { name: /^2-res\/320/ })
      .click()
    await page.getByRole('heading', { name: /What made it fire: feature 320 of 2.resid_post/ }).waitFor()
    const shares = await page
      .getByRole('region', { name: 'Answer' })
      .getByRole('option')
      .evaluateAll((options) => options.map((option) => option.getAttribute('aria-label') ?? ''))
    expect(shares.toSorted((a, b) => scoreOf(b) - scoreOf(a))[0]).toMatch(/^␣capital /)
    await expect.poll(() => page.url()).toContain('feature=2-res%2F320')
    await page.getByLabel('feature', { exact: true }).fill('country')
    await page.keyboard.press('Enter')
    await page.getByRole('group', { name: 'Features about country' }).getByRole('button').first().click()
    await expect.poll(() => page.url()).not.toContain('2-res%2F320')
    await page.goBack()
    await page.getByRole('heading', { name: /feature 320 of 2.resid_post/ }).waitFor()
    await page.getByRole('button', { name: 'Next token again' }).click()
    await page.getByRole('heading', { name: /What made it say ␣Paris/ }).waitFor()
    expect(complaints).toEqual([])
  })

  it('says in the server’s words what is no feature', async () => {
    const { page } = await visit(`${ASK}&feature=none%2F3`)
    await page
      .getByRole('region', { name: 'Answer' })
      .getByRole('alert')
      .getByText('The model has no feature set "none".')
      .waitFor()
  })
})
