// The desk's calls: the one that is being taken, those that wait for the line, those that were registered. It keeps every
// key on this computer, sends a call under one id however often, and never loses words to a refusal.
import { command, newId, type Problem } from '@kit/ask/ask'
import { words } from '@kit/words/words'
import type { SightingAnswer } from '@kit/wire/wire'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { useLive } from '../stores/live'
import { useSession } from '../stores/session'
import { type Call, hasCritical, isBlank, lacking, newCall, type Report, reportOf, type RowId, rowOfPointer } from './call'
import { type Join, type KeptCall, KeptCalls } from './kept_calls'

/** How often a window says that it lives, and how often what waits is sent again. */
const BEAT_MS = 5_000
const WINDOW = 'lamplighter.intake-window'
/** Registered calls that the page still shows. */
const SHOWN_MAX = 3

export interface Registered {
  id: string
  answer: SightingAnswer
  ticket: string
  /** The case that it was to join, and why the server did not. */
  join: Join | null
  refused: Problem | null
}

export const useIntake = defineStore('intake', () => {
  const live = useLive()
  const session = useSession()
  const call = shallowRef<Call>(newCall(newId()))
  const row = ref<RowId>('source')
  const problem = shallowRef<Problem | null>(null)
  const asked = ref(false)
  const emergencyOpen = ref(false)
  const busy = ref(false)
  const savedAt = ref<number | null>(null)
  const unkept = ref(false)
  const waiting = shallowRef<readonly KeptCall[]>([])
  const registered = shallowRef<readonly Registered[]>([])
  /** Goes up when a fresh form wants the focus in its first row. */
  const fresh = ref(0)
  /** Goes up when registering was turned back: the row that caused it wants the focus. */
  const turnedBack = ref(0)
  let kept = new KeptCalls(null, '')
  let sent: { report: Report; join: Join | null } | null = null
  let sending = false
  let beating: ReturnType<typeof setInterval> | null = null

  watch(
    () => session.session?.account ?? null,
    (account) => {
      kept = new KeptCalls(account ? localArea() : null, account ?? '')
      forget()
      if (account) resume()
    },
    { immediate: true },
  )
  watch(() => live.connection.light, (light) => {
    if (light === 'live') void sendWaiting()
  })

  function forget(): void {
    call.value = newCall(newId())
    row.value = 'source'
    problem.value = savedAt.value = sent = null
    asked.value = emergencyOpen.value = false
    waiting.value = registered.value = []
  }

  function resume(): void {
    const draft = kept.draftFor(windowName(), Date.now())
    if (draft) {
      call.value = draft.call
      savedAt.value = draft.savedAt
      problem.value = draft.problem
      row.value = lacking(draft.call)[0] ?? 'note'
      if (draft.report) sent = { report: draft.report, join: draft.join }
    }
    waiting.value = kept.all().filter((one) => one.state !== 'draft')
    beating ??= setInterval(beat, BEAT_MS)
    void sendWaiting()
  }

  function beat(): void {
    if (!isBlank(call.value)) save(false)
    void sendWaiting()
  }

  function entry(state: KeptCall['state'], of: Call, means: Partial<KeptCall> = {}): KeptCall {
    return {
      call: of, state, report: sent?.report ?? null, join: sent?.join ?? null, problem: null, window: windowName(), beatAt: Date.now(),
      savedAt: savedAt.value ?? live.now, ...means,
    }
  }

  function save(changed = true): void {
    if (changed) savedAt.value = live.clock.now()
    unkept.value = !kept.save(entry('draft', call.value, { problem: problem.value }))
  }

  /** Takes another state of the call; the clock of the call starts with the first key. */
  function change(next: Call): void {
    if (next === call.value) return
    const before = call.value
    call.value = next.startedAt === null ? { ...next, startedAt: live.clock.now() } : next
    // Other words are another report: what was refused is judged anew.
    sent = problem.value = null
    if (!hasCritical(before) && hasCritical(next)) emergencyOpen.value = true
    save()
  }

  function noteCall(number: string, by: string): void {
    change({ ...call.value, emergencyCalls: [...call.value.emergencyCalls, { number, by, at: new Date(live.clock.now()).toISOString() }] })
  }

  function startAgain(): void {
    call.value = newCall(newId())
    row.value = 'source'
    problem.value = savedAt.value = sent = null
    asked.value = emergencyOpen.value = false
    fresh.value += 1
  }

  function discard(): void {
    kept.remove(call.value.id)
    startAgain()
  }

  /** Registers the call, and joins it to a case where that was asked for. */
  async function register(join: Join | null = null): Promise<void> {
    if (busy.value) return
    asked.value = true
    if (lacking(call.value).length > 0) {
      turnedBack.value += 1
      return
    }
    const of = call.value
    sent ??= { report: reportOf(of, of.startedAt ?? live.clock.now(), { offline: live.stale, drill: live.picture.drill }), join }
    const going = { ...sent, join: join ?? sent.join }
    sent = going
    busy.value = true
    save(false)
    const answer = await send(of, going)
    busy.value = false
    if (answer === 'later') {
      kept.save(entry('waiting', of, { join: going.join }))
      waiting.value = [...waiting.value, entry('waiting', of, { join: going.join })]
      startAgain()
    } else if (answer === 'done') {
      kept.remove(of.id)
      startAgain()
    } else {
      problem.value = answer
      sent = null
      turnedBack.value += 1
      save(false)
    }
  }

  /** `later` when nobody can say whether it arrived: it is sent again in the very same words. */
  async function send(of: Call, { report, join }: { report: Report; join: Join | null }): Promise<'done' | 'later' | Problem> {
    const answer = await command<SightingAnswer>(`/api/v1/sightings/${of.id}`, report, { method: 'PUT', key: of.id })
    if (!answer.ok) {
      const { status } = answer.problem
      return status === 0 || status === 429 || status >= 500 ? 'later' : answer.problem
    }
    let refused: Problem | null = null
    if (join && join.caseId !== answer.value.case_id) {
      const merged = await command(`/api/v1/cases/${answer.value.case_id}/merge`, { into: join.caseId, reason: join.reason }, { key: join.key })
      if (!merged.ok) refused = merged.problem
    }
    registered.value = [{ id: of.id, answer: answer.value, ticket: of.ticket, join, refused }, ...registered.value].slice(0, SHOWN_MAX)
    return 'done'
  }

  async function sendWaiting(): Promise<void> {
    if (sending || live.stale || session.ended) return
    sending = true
    for (const one of waiting.value.filter((each) => each.state === 'waiting' && each.report)) {
      const answer = await send(one.call, { report: one.report as Report, join: one.join })
      if (answer === 'later') break
      if (answer === 'done') kept.remove(one.call.id)
      else kept.save({ ...one, state: 'refused', problem: answer })
      waiting.value = kept.all().filter((each) => each.state !== 'draft')
    }
    sending = false
  }

  /** A call that was refused later comes back into the form; what is in the form is kept beside it. */
  function takeBack(id: string): void {
    const one = waiting.value.find((each) => each.call.id === id)
    if (!one || !isBlank(call.value)) return
    call.value = one.call
    problem.value = one.problem
    asked.value = true
    sent = null
    save()
    waiting.value = waiting.value.filter((each) => each !== one)
    fresh.value += 1
  }

  const problemRow = computed(() => (problem.value ? rowOfPointer(problem.value.pointer, reportOf(call.value, 0)) : null))
  const lacks = computed(() => (asked.value ? lacking(call.value) : []))
  const joinReason = computed(() => words.value.intake.joinReason)

  return {
    call, row, problem, problemRow, lacks, joinReason, emergencyOpen, busy, savedAt, unkept, waiting, registered, fresh, turnedBack,
    change, noteCall, discard, register, takeBack,
  }
})

function localArea(): Storage | null {
  try {
    return localStorage
  } catch {
    return null
  }
}

let ownName: string | null = null
function windowName(): string {
  if (ownName) return ownName
  try {
    ownName = sessionStorage.getItem(WINDOW) ?? newId()
    sessionStorage.setItem(WINDOW, ownName)
  } catch {
    ownName ??= newId()
  }
  return ownName
}
