// The pages of the console. What is not needed for the first view is loaded when it is asked for.
import { createRouter, createWebHistory } from 'vue-router'
import ConsolePage from './pages/ConsolePage.vue'

/** Held ready while the line is good: a caller does not wait for a server that has gone away. */
export const intakePage = () => import('./pages/IntakePage.vue')

export const router = createRouter({
  history: createWebHistory('/console/'),
  routes: [
    { path: '/', name: 'console', component: ConsolePage },
    { path: '/board', name: 'board', component: () => import('./pages/BoardPage.vue') },
    { path: '/tonight', name: 'tonight', component: () => import('./pages/TonightPage.vue') },
    { path: '/revisits', name: 'revisits', component: () => import('./pages/RevisitsPage.vue') },
    { path: '/intake', name: 'intake', component: intakePage, meta: { ownFoot: true } },
    { path: '/wall', name: 'wall', component: () => import('./pages/WallPage.vue'), meta: { bare: true } },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})
