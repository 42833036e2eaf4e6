/* The page at `/`: choose an example, run it, read the answer. */
const byId = (id) => document.getElementById(id)
const query = byId('query')
const variables = byId('variables')
const answer = byId('answer')
const state = byId('status')

/* Only where the server needs keys. Browsers may forbid storage: the key then lasts until the page is left. */
const key = byId('key')
const KEY = 'tributary-api-key'
const stored = (use) => {
  try {
    return use(sessionStorage)
  } catch {
    return null
  }
}
const ownKey = () => key?.value.trim() ?? ''

async function ask(body) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(ownKey() && { 'x-api-key': ownKey() }) },
    body: JSON.stringify(body),
  })
  return response.json()
}

async function run() {
  state.textContent = 'Running …'
  const startedAt = performance.now()
  try {
    const result = await ask({ query: query.value, variables: JSON.parse(variables.value || '{}') })
    answer.textContent = JSON.stringify(result, null, 2)
    state.textContent = `${Math.round(performance.now() - startedAt)} ms`
  } catch (error) {
    state.textContent = error instanceof SyntaxError ? `The variables are not JSON: ${error.message}` : String(error)
  }
}

let model = null
function choose(button) {
  for (const each of document.querySelectorAll('#examples button')) each.removeAttribute('aria-current')
  button.setAttribute('aria-current', 'true')
  query.value = button.dataset.query
  variables.value = button.dataset.query.includes('$model') ? JSON.stringify({ model: model ?? '…' }) : '{}'
}

byId('run').addEventListener('click', run)
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void run()
})
byId('examples').addEventListener('click', ({ target }) => {
  const button = target.closest('button')
  if (!button) return
  choose(button)
  void run()
})

const ready = state.textContent
async function findModel() {
  const models = await ask({ query: '{ models(first: 1) { nodes { slug } } }' }).catch(() => null)
  const refusal = models?.errors?.[0]?.message
  model = models?.data?.models.nodes[0]?.slug ?? null
  const none = refusal ?? 'No model yet: add one with `npx tributary model add FOLDER`.'
  state.textContent = model === null ? none : ready
}

if (key) {
  key.value = stored((storage) => storage.getItem(KEY)) ?? ''
  key.addEventListener('change', async () => {
    stored((storage) => (ownKey() ? storage.setItem(KEY, ownKey()) : storage.removeItem(KEY)))
    if (model !== null) return
    await findModel()
    if (model !== null) variables.value = variables.value.replace('…', model)
  })
}
const first = document.querySelector('#examples button')
await findModel()
if (first) choose(first)
