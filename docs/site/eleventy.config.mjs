/**
 * The documentation as a static site, from the same Markdown that the repository shows: `npm run docs` writes docs/_site.
 * Nothing is fetched, and pages need no script. The schema's reference is made from schema/schema.graphql.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { schemaReference } from './schema-reference.mjs'

const root = path.resolve(import.meta.dirname, '../..')

/** In the order of the navigation: the file, where it goes, what the navigation calls it. */
const FIRST = [
  ['README.md', 'index', 'Overview'],
  ['docs/analysis.md', 'analysis', 'Analysis'],
  ['docs/export.md', 'export', 'Export'],
  ['docs/graphql.md', 'graphql', 'GraphQL'],
  ['docs/clients.md', 'clients', 'Clients'],
  ['python/README.md', 'python', 'Python'],
  ['docs/feature-sets.md', 'feature-sets', 'Feature sets'],
  ['docs/operations.md', 'operations', 'Operations'],
  ['demo/README.md', 'demo', 'The demo'],
  ['docs/decisions.md', 'decisions', 'Decisions'],
  ['CONTRIBUTING.md', 'contributing', 'Contributing'],
  ['SECURITY.md', 'security', 'Security'],
  ['CHANGELOG.md', 'changelog', 'Changelog'],
]
/** Every other file of docs/ goes behind those, under its own heading. */
const others = readdirSync(path.join(root, 'docs'))
  .filter((name) => name.endsWith('.md') && !FIRST.some(([file]) => file === `docs/${name}`))
  .map((name) => [`docs/${name}`, name.slice(0, -'.md'.length), /^# (.*)$/m.exec(readFileSync(path.join(root, 'docs', name), 'utf8'))?.[1] ?? name])
const PAGES = [...FIRST, ...others]
const SCHEMA_PAGE = ['schema/schema.graphql', 'schema', 'Schema reference']

export default function configure(eleventy) {
  eleventy.setQuietMode(true)
  eleventy.addPassthroughCopy({ 'docs/site/style.css': 'style.css' })
  eleventy.amendLibrary('md', (markdown) => markdown.set({ html: false, linkify: false }).use(anchors).use(pageLinks))
  const navigation = [...PAGES, SCHEMA_PAGE].map(([, name, title]) => ({ url: `${name}.html`, title }))
  eleventy.addGlobalData('navigation', navigation)
  for (const [file, name, title] of PAGES)
    eleventy.addTemplate(`${name}.md`, readFileSync(path.join(root, file), 'utf8'), { layout: 'page.njk', permalink: `${name}.html`, title, source: file })
  const [file, name, title] = SCHEMA_PAGE
  eleventy.addTemplate(`${name}.md`, schemaReference(readFileSync(path.join(root, file), 'utf8')), { layout: 'page.njk', permalink: `${name}.html`, title, source: file })
  return {
    // Braces in the documentation are GraphQL's.
    markdownTemplateEngine: false,
    dir: { input: import.meta.dirname, output: path.join(root, 'docs/_site'), includes: '_includes' },
  }
}

/** Headings can be linked to, under the names that code hosts give them. */
function anchors(markdown) {
  markdown.renderer.rules.heading_open = (tokens, at, options, _env, self) => {
    const name = tokens[at + 1].content.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-')
    tokens[at].attrSet('id', name)
    return self.renderToken(tokens, at, options)
  }
}

/** Links between files become links between pages; to a file that is no page, they stay what the text says. */
function pageLinks(markdown) {
  markdown.core.ruler.push('page-links', (state) => {
    const source = PAGES.find(([, name]) => state.env.page?.url?.endsWith(`/${name}.html`))?.[0] ?? ''
    for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null
      if (!href || /^[a-z]+:|^#/.test(href)) continue
      const [target = '', anchor] = href.split('#')
      const file = path.posix.normalize(path.posix.join(path.posix.dirname(source), target))
      const page = [...PAGES, SCHEMA_PAGE].find(([each]) => each === file)
      if (page) token.attrSet('href', `${page[1]}.html${anchor === undefined ? '' : `#${anchor}`}`)
    }
  })
}
