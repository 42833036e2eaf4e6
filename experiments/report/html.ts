/** A report as one HTML file that needs nothing else: no script, no font, no picture from elsewhere. */
import { shown, type Report, type Section, type Table } from './document.ts'
import { escaped } from './plot.ts'

/** Drawings have a white ground; on dark pages they are inverted, which keeps the hues. */
const STYLE = `:root{color-scheme:light dark;--ink:#1a1a1a;--quiet:#555;--line:#e5e5e5;--ground:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e6e6e6;--quiet:#a0a0a0;--line:#333;--ground:#121212}
svg{filter:invert(.93) hue-rotate(180deg)}}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:var(--ink);background:var(--ground)}
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.2rem;margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1rem}
h3{font-size:1rem}.figures{display:flex;flex-wrap:wrap;gap:1rem 1.5rem;align-items:flex-start}figure{margin:0;max-width:100%}
figcaption{color:var(--quiet);font-size:13px}svg{max-width:100%;height:auto;color:#1a1a1a}.frame{overflow-x:auto}
table{border-collapse:collapse;font-size:13px}th,td{padding:.15rem .6rem;text-align:left;border-bottom:1px solid var(--line)}
th.n,td.n{text-align:right}td.n{font-variant-numeric:tabular-nums;white-space:nowrap}dl{display:grid;
grid-template-columns:max-content 1fr;gap:.1rem 1rem}dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
details{margin:.7rem 0}summary{cursor:pointer}`

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
    `<div class="figures">${figures.map(({ title, svg }) => `<figure>${svg}<figcaption>${escaped(title)}</figcaption></figure>`).join('\n')}</div>`,
    ...tables.map(table),
  ].join('\n')
}

/** Long tables are folded. */
const FOLDED_FROM = 25

function table({ title, headings, rows }: Table): string {
  // The heading of a column of numbers is aligned with the numbers.
  const isNumbers = (column: number) => rows.some((cells) => typeof cells[column] === 'number')
  const head = headings.map((heading, column) => `<th${isNumbers(column) ? ' class="n"' : ''}>${escaped(heading)}</th>`).join('')
  const body = rows.map((cells) =>
    `<tr>${cells.map((cell) => `<td${typeof cell === 'number' ? ' class="n"' : ''}>${escaped(shown(cell))}</td>`).join('')}</tr>`)
  const whole = `<div class="frame"><table><thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`
  return rows.length < FOLDED_FROM
    ? `<h3>${escaped(title)}</h3>${whole}`
    : `<details><summary>${escaped(title)} (${rows.length} rows)</summary>${whole}</details>`
}
