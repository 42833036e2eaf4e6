/** One of a few ways to look; arrows move between them. */
import type { KeyboardEvent } from 'react'

interface TabsProps<T extends string> {
  label: string
  options: readonly { value: T; name: string; title?: string }[]
  value: T
  onChange(value: T): void
}

export function Tabs<T extends string>({ label, options, value, onChange }: TabsProps<T>) {
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    const at = options.findIndex((option) => option.value === value)
    const next = options[(at + step + options.length) % options.length]
    if (!next) return
    event.preventDefault()
    onChange(next.value)
    const buttons = event.currentTarget.querySelectorAll('button')
    buttons[options.indexOf(next)]?.focus()
  }
  return (
    <div className="tabs" role="radiogroup" aria-label={label} onKeyDown={move}>
      {options.map((option) => (
        <button key={option.value} type="button" role="radio" title={option.title} aria-checked={option.value === value}
          tabIndex={option.value === value ? 0 : -1} onClick={() => onChange(option.value)}>
          {option.name}
        </button>
      ))}
    </div>
  )
}
