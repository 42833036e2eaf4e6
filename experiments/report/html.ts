/** A report as one HTML file that needs nothing else: no script, no font, no picture from elsewhere. */
import { shown, type Report, type Section, type Table } from './document.ts'
import { escaped } from './plot.ts'

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.2rem;margin-top:2.5rem}figure{margin:1rem 0}figcaption{color:#555}
svg{max-width:100%;height:auto}table{border-collapse:collapse;font-size:13px}th,td{padding:.15rem .6rem;text-align:left;
border-bottom:1px solid #e5e5e5}td.n{text-align:right;font-variant-numeric:tabular-nums}dl{display:grid;grid-template-columns:
max-content 1fr;gap:.1rem 1rem}dt{color:#555}dd{margin:0}details{margin:.7rem 0}summary{cursor:pointer}`

export function toHtml({ title, facts, sections }: Report): string {
  const list = facts.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('')
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>${escaped(title)}</title><style>${STYLE}</style></head>\n<body><h1>${escaped(title)}</h1><dl>${list}</dl>\n` +
    `${sections.map(section).join('\n')}\n</body></html>\n`
}

function section({ heading, text, figures, tables }: Section): string {
  return [
    `<h2>${escaped(heading)}</h2>`,
    ...text.map((sentence) => `<p>${escaped(sentence)}</p>`),
    ...figures.map(({ title, svg }) => `<figure>${svg}<figcaption>${escaped(title)}</figcaption></figure>`),
    ...tables.map(table),
  ].join('\n')
}

/** Long tables are folded. */
const FOLDED_FROM = 25

function table({ title, headings, rows }: Table): string {
  const head = headings.map((heading) => `<th>${escaped(heading)}</th>`).join('')
  const body = rows.map((cells) =>
    `<tr>${cells.map((cell) => `<td${typeof cell === 'number' ? ' class="n"' : ''}>${escaped(shown(cell))}</td>`).join('')}</tr>`)
  const whole = `<table><thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table>`
  return rows.length < FOLDED_FROM
    ? `<h3>${escaped(title)}</h3>${whole}`
    : `<details><summary>${escaped(title)} (${rows.length} rows)</summary>${whole}</details>`
}
