// The pages in the bar, each with the number that asks for a look.
import { words } from '@kit/words/words'
import { computed } from 'vue'
import { type LocationQueryRaw, useRoute } from 'vue-router'
import { useDeskCases } from '../desk/desk_cases'
import { useLive } from '../stores/live'
import { useSession } from '../stores/session'

export interface PageLink {
  name: string
  query: LocationQueryRaw
  word: string
  n: number | null
  here: boolean
}

export function usePages() {
  const live = useLive()
  const session = useSession()
  const desk = useDeskCases()
  const route = useRoute()
  return computed<PageLink[]>(() => {
    const { escalations } = live.picture
    let nUnanswered = 0
    for (const escalation of escalations.values()) {
      if (escalation.missed_at && !escalation.acknowledged_at && !escalation.ended) nUnanswered += 1
    }
    const pages = words.value.shell.pages
    const at = route.name
    const waitingHere = at === 'console' && route.query.view === 'waiting'
    const links: PageLink[] = [
      { name: 'console', query: {}, word: pages.console, n: null, here: at === 'console' && !waitingHere },
      { name: 'console', query: { view: 'waiting' }, word: pages.waiting, n: desk.nWaiting, here: waitingHere },
      { name: 'board', query: {}, word: pages.board, n: nUnanswered, here: at === 'board' },
      { name: 'tonight', query: {}, word: pages.tonight, n: null, here: at === 'tonight' },
    ]
    if (session.seesRevisits) links.push({ name: 'revisits', query: {}, word: pages.revisits, n: desk.counts.nFollowUp, here: at === 'revisits' })
    if (session.takesCalls) links.push({ name: 'intake', query: {}, word: pages.intake, n: null, here: at === 'intake' })
    return links
  })
}
