/** A search that asks when it is sent, and shows what was asked. */
import type { FormEvent } from 'react'

export function Search({ label, value, onSearch }: { label: string; value: string; onSearch(value: string): void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    onSearch(String(new FormData(event.currentTarget).get('search') ?? ''))
  }
  return (
    <form className="row" role="search" onSubmit={submit}>
      <input key={value} name="search" type="search" defaultValue={value} size={30} aria-label={label} placeholder={label} />
      <button type="submit">Find</button>
    </form>
  )
}
