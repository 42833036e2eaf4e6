/** The documentation as a site: every page is made, and no link between pages leads nowhere. */
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '../..')
const site = path.join(root, 'docs/_site')

test('one command makes every page, and links between them lead somewhere', async () => {
  await promisify(execFile)('npm', ['run', '-s', 'docs'], { cwd: root })
  const pages = fs.readdirSync(site).filter((name) => name.endsWith('.html'))
  const documents = fs.readdirSync(path.join(root, 'docs')).filter((name) => name.endsWith('.md'))
  expect(pages).toEqual(expect.arrayContaining(['index.html', 'schema.html', ...documents.map((name) => name.replace(/md$/, 'html'))]))
  const texts = new Map(pages.map((name) => [name, fs.readFileSync(path.join(site, name), 'utf8')]))
  const lost: string[] = []
  for (const [name, text] of texts)
    for (const [, href = ''] of text.matchAll(/href="([^"]+)"/g)) {
      if (/^[a-z]+:/.test(href)) continue
      const [page = '', anchor] = href.split('#')
      const target = page === '' ? text : page === 'style.css' && fs.existsSync(path.join(site, page)) ? '' : texts.get(page)
      // Files of the repository that are no pages are named by links, too.
      if (target === undefined && fs.existsSync(path.join(root, page)) || fs.existsSync(path.join(root, 'docs', page)) || fs.existsSync(path.join(root, 'python', page))) continue
      if (target === undefined || (anchor !== undefined && !target.includes(`id="${decodeURIComponent(anchor)}"`))) lost.push(`${name}: ${href}`)
    }
  expect(lost).toEqual([])
  expect(texts.get('schema.html')).toContain('<h3 id="run">Run</h3>')
})
