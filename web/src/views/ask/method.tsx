/** How the answer is computed. These settings are part of every answer's identity. */
import { MODES, RULES, type AskState } from './question.ts'

const nameOf = (value: string): string => value.toLowerCase().replace('_', '-')

export function Method({ state, onChange }: { state: AskState; onChange(change: Partial<AskState>): void }) {
  return (
    <details className="method">
      <summary>Method</summary>
      <div className="row">
        <label className="inline" title="How the output of an MLP’s neuron is shared among the components that reach it">
          <span className="muted">rule</span>
          <select value={state.rule} onChange={(event) => onChange({ rule: RULES.find((rule) => rule === event.target.value) ?? 'SOFTMAX' })}>
            {RULES.map((rule) => <option key={rule} value={rule}>{nameOf(rule)}</option>)}
          </select>
        </label>
        {state.rule === 'SOFTMAX' && (
          <NumberField label="τ" value={state.tau} placeholder="0.1" onChange={(tau) => onChange({ tau })} />
        )}
        <label className="inline" title="As published and completed, or what the authors’ code does beyond the paper">
          <span className="muted">mode</span>
          <select value={state.mode} onChange={(event) => onChange({ mode: MODES.find((mode) => mode === event.target.value) ?? 'CORRECTED' })}>
            {MODES.map((mode) => <option key={mode} value={mode}>{nameOf(mode)}</option>)}
          </select>
        </label>
        <NumberField label="position" value={state.at} placeholder="the last" onChange={(at) => onChange({ at })} />
      </div>
    </details>
  )
}

interface NumberFieldProps {
  label: string
  value: number | null
  placeholder: string
  onChange(value: number | null): void
}

function NumberField({ label, value, placeholder, onChange }: NumberFieldProps) {
  return (
    <label className="inline">
      <span className="muted">{label}</span>
      <input key={value} defaultValue={value ?? ''} placeholder={placeholder} size={7} inputMode="decimal"
        onBlur={(event) => {
          const text = event.target.value.trim()
          const next = text === '' ? null : Number(text)
          if (next !== value && (next === null || Number.isFinite(next))) onChange(next)
        }}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()} />
    </label>
  )
}
