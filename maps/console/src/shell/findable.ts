// What the command bar can find: cases, streets, units, pages, and the actions whose keys count now.
import { caseCode, placeName } from '@kit/order/case_words'
import { words } from '@kit/words/words'
import { computed, onMounted, ref, shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import { useDeskCases } from '../desk/desk_cases'
import { freeUnits } from '../desk/waiting_queue'
import type { Key } from '../keys/keys'
import { useBackground } from '../stores/background'
import { useLive } from '../stores/live'
import { useSelection } from '../stores/selection'
import { type Findable, type Sounds, bestOf } from './find'
import { capOf } from './key_groups'
import { usePages } from './pages'

type GroupName = 'cases' | 'streets' | 'units' | 'pages' | 'actions'
const MOST: Record<GroupName, number> = { cases: 8, streets: 5, units: 5, pages: 4, actions: 8 }
/** Sounds are looked up for at most so many texts: beyond, the text itself is enough. */
const SOUNDS_MOST = 5_000

export function useFindable(keys: readonly Key[]) {
  const live = useLive()
  const desk = useDeskCases()
  const selection = useSelection()
  const background = useBackground()
  const router = useRouter()
  const pages = usePages()
  const text = ref('')
  const sounds = new Map<string, Sounds>()
  const speak = shallowRef<((text: string) => Sounds) | null>(null)

  onMounted(async () => {
    const { pinyin } = await import('pinyin-pro')
    speak.value = (of) => ({
      initials: pinyin(of, { pattern: 'first', toneType: 'none', type: 'array' }).join('').toLowerCase(),
      whole: pinyin(of, { toneType: 'none', type: 'array' }).join('').toLowerCase(),
    })
  })
  function soundsOf(of: string): Sounds | null {
    const known = sounds.get(of)
    if (known || !speak.value || sounds.size > SOUNDS_MOST) return known ?? null
    const made = speak.value(of)
    sounds.set(of, made)
    return made
  }

  const cases = computed<Findable[]>(() =>
    desk.entries.map(({ id, row }) => {
      const place = placeName(row, words.value)
      const code = caseCode(row)
      return {
        id: `case:${id}`, word: place, also: [code, row.jurisdiction.name], run: () => selection.open(id),
        more: `${words.value.common.priority[row.priority.value]} · ${row.jurisdiction.name} · ${code}`,
      }
    }),
  )
  const streets = computed<Findable[]>(() =>
    [...live.picture.areaWarnings.values()].map((area) => ({
      id: `street:${area.jurisdiction}`, word: area.name, also: [area.jurisdiction], more: words.value.common.levelFull[area.level],
      run: () => void router.push({ name: 'console', query: { street: area.jurisdiction } }),
    })),
  )
  const units = computed<Findable[]>(() => {
    const free = new Set(freeUnits(live.picture.units.values(), live.picture.tasks.values()).map((unit) => unit.id))
    return [...live.picture.units.values()].map((unit) => {
      const task = [...live.picture.tasks.values()].find((one) => one.unit === unit.id && one.case_id && ['offered', 'accepted', 'departed', 'arrived'].includes(one.state))
      const row = task?.case_id ? live.picture.cases.get(task.case_id) : undefined
      const doing = task && row ? `${words.value.common.task[task.state]} · ${placeName(row, words.value)}` : free.has(unit.id) ? words.value.shell.command.free : ''
      const street = background.streetNames.get(unit.jurisdiction ?? '') ?? ''
      return { id: `unit:${unit.id}`, word: unit.name, also: [unit.id, street], more: [street, doing].filter(Boolean).join(' · '), run: () => (row ? selection.open(row.id) : void router.push({ name: 'console' })) }
    })
  })
  const links = computed<Findable[]>(() => pages.value.map((page) => ({ id: `page:${page.word}`, word: page.word, also: [page.name], more: '', run: () => void router.push({ name: page.name, query: page.query }) })))
  const actions: Findable[] = keys
    .filter((key) => !key.unlisted)
    .map((key, i) => ({ id: `do:${i}`, word: key.word(), more: '', caps: [key.keys].flat().map(capOf).join(' / '), run: () => key.run(new KeyboardEvent('keydown')) }))

  const groups = computed(() => {
    void speak.value
    const query = text.value.trim()
    const all: [GroupName, readonly Findable[]][] =
      query === '' ? [['actions', actions], ['pages', links.value]] : [['cases', cases.value], ['streets', streets.value], ['units', units.value], ['pages', links.value], ['actions', actions]]
    return all
      .map(([name, items]) => ({ name, items: query === '' ? items.slice(0, 14) : bestOf(query, items, soundsOf, MOST[name]) }))
      .filter((group) => group.items.length > 0)
  })
  return { text, groups }
}
