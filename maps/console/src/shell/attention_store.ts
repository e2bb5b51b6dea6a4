// Attention at this desk: what asks now, the sound, the notices of the desktop, what a screen reader is told at once.
import { caseCode } from '@kit/order/case_words'
import { words } from '@kit/words/words'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { useLive } from '../stores/live'
import { useSelection } from '../stores/selection'
import { useSession } from '../stores/session'
import { useDeskCases } from '../desk/desk_cases'
import { type Asking, type AttentionState, QUIET, decide, mute, unmute } from './attention'
import { askingOf, missedIds } from './asking'
import { Sound } from './sound'

type Notices = NotificationPermission | 'unsupported'

export const useAttention = defineStore('attention', () => {
  const live = useLive()
  const session = useSession()
  const selection = useSelection()
  const desk = useDeskCases()
  const sound = new Sound()

  const state = shallowRef<AttentionState>(QUIET)
  const ready = ref(false)
  const notices = ref<Notices>(typeof Notification === 'undefined' ? 'unsupported' : Notification.permission)
  const clock = ref(performance.now())
  /** For the live region: the newest thing, in words. */
  const spoken = ref('')
  const acted = new Set<string>()
  let known: Set<string> | null = null

  function wake(): void {
    if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return
    sound.wake()
    setTimeout(() => (ready.value = sound.ready), 50)
  }
  window.addEventListener('pointerdown', wake)
  window.addEventListener('keydown', wake)

  /** What asked when the cases last changed; between changes only the clock runs. */
  let asking: readonly Asking[] = []
  function look(): void {
    gather()
    decideNow()
  }
  function decideNow(): void {
    clock.value = performance.now()
    const decided = decide(state.value, asking, clock.value)
    state.value = decided.state
    if (decided.fresh.length > 0) tell(decided.fresh)
    if (decided.sound) sound.play(decided.sound)
  }
  function gather(): void {
    if (!live.picture.complete || !desk.known || !session.session) return
    const cases = desk.entries.filter((entry) => entry.grave).map((entry) => entry.row)
    const escalations = [...live.picture.escalations.values()]
    known ??= new Set(missedIds({ cases, escalations }).keys())
    asking = askingOf({ cases, escalations, known, acted })
  }
  watch(() => [desk.version, live.picture.escalations], look)
  watch(() => live.now, decideNow)

  function sentence(one: Asking): string {
    const row = one.caseId ? desk.find(one.caseId)?.row : null
    const what = { p0: words.value.common.priority.P0, nobody: words.value.common.nobodyAnswers, missed: words.value.shell.attention.missed }[one.cause]
    return row ? `${row.drill ? words.value.common.drill : ''}${what} · ${row.jurisdiction.name} · ${caseCode(row)}` : what
  }
  function tell(fresh: readonly Asking[]): void {
    spoken.value = fresh.slice(0, 3).map(sentence).join('；')
    // Places in words stay on the desk: the notice names street and code.
    if (notices.value !== 'granted' || document.hasFocus()) return
    for (const one of fresh.slice(0, 3)) {
      const notice = new Notification(words.value.common.name, { body: sentence(one), tag: one.id })
      notice.onclick = () => {
        window.focus()
        if (one.caseId) selection.open(one.caseId)
      }
    }
  }
  function actOn(ids: (one: Asking) => boolean): void {
    for (const one of state.value.asking.values()) if (ids(one)) acted.add(one.id)
    look()
  }
  // To look at a missed case is to act on it; mortal danger asks on until somebody has done something.
  watch(() => selection.caseId, (id) => {
    if (id) actOn((one) => one.caseId === id && one.cause !== 'p0')
  })
  live.onNotables((notables) => {
    const touched = new Set(notables.flatMap((notable) => notable.timeline.filter((line) => line.by !== 'system' && !line.kind.startsWith('sighting.')).map((line) => line.case_id)))
    if (touched.size > 0) actOn((one) => one.caseId !== null && touched.has(one.caseId) && one.since < live.now - 1_000)
  })

  const mutedFor = computed(() => {
    const until = state.value.mutedUntil
    return until === null || until <= clock.value ? null : until - clock.value
  })
  function turn(): void {
    state.value = mutedFor.value === null ? mute(state.value, performance.now()) : unmute(state.value)
    clock.value = performance.now()
  }
  async function allowNotices(): Promise<void> {
    if (typeof Notification !== 'undefined') notices.value = await Notification.requestPermission()
  }
  const nAsking = computed(() => state.value.asking.size)
  return { ready, notices, mutedFor, nAsking, spoken, turn, allowNotices, test: () => (wake(), sound.play('missed')) }
})
