// The keys that go through the cases of a list, open and close them.
import { words } from '@kit/words/words'
import { useKeys } from '../keys/keys'
import { useSelection } from '../stores/selection'

/** Where arrows and Enter have meanings of their own. */
const OWN_KEYS = '.at-map, .at-panel, .at-strip, [role="dialog"], [role="menu"], [role="tablist"]'

export function useCaseKeys(ids: () => readonly string[], focusList: () => void): void {
  const selection = useSelection()

  function step(by: number): void {
    const all = ids()
    if (all.length === 0) return
    const now = selection.caseId ? all.indexOf(selection.caseId) : -1
    const next = now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + by))
    const id = all[next]
    if (id) selection.select(id)
    focusList()
  }
  /** Opens: the first case where none is chosen, else the focus goes into its panel. */
  function open(): void {
    if (!selection.caseId) step(1)
    else document.querySelector<HTMLElement>('.at-panel button, .at-panel [href], .at-panel [tabindex="0"]')?.focus()
  }
  function close(): void {
    selection.select(null)
    focusList()
  }
  const free = () => !document.activeElement?.closest(OWN_KEYS)
  const onList = () => {
    const at = document.activeElement
    return !at || at === document.body || at.getAttribute('role') === 'listbox'
  }

  useKeys([
    { keys: 'j', word: () => words.value.desk.keys.next, run: () => step(1) },
    { keys: 'k', word: () => words.value.desk.keys.previous, run: () => step(-1) },
    { keys: 'ArrowDown', word: () => words.value.desk.keys.next, run: () => step(1), when: free, unlisted: true },
    { keys: 'ArrowUp', word: () => words.value.desk.keys.previous, run: () => step(-1), when: free, unlisted: true },
    { keys: 'Enter', word: () => words.value.desk.keys.open, run: open, when: onList },
    { keys: 'Escape', word: () => words.value.desk.keys.close, run: close, when: () => selection.caseId !== null },
  ])
}
