/** The views and their addresses. `server/explorer.ts` answers with the page for the same first words. */
import { lazy, Suspense } from 'react'
import { Route, Switch, useLocation } from 'wouter'
import { BrokenView } from './ui/broken-view.tsx'
import Ask from './views/ask/ask.tsx'

const Graph = lazy(() => import('./views/graph/graph.tsx'))
const Head = lazy(() => import('./views/head/head.tsx'))
const Library = lazy(() => import('./views/library/library.tsx'))
const Dataset = lazy(() => import('./views/dataset/dataset.tsx'))
const Run = lazy(() => import('./views/run/run.tsx'))
const Features = lazy(() => import('./views/features/features.tsx'))
const Feature = lazy(() => import('./views/feature/feature.tsx'))
const Experiments = lazy(() => import('./views/experiments/experiments.tsx'))
const Experiment = lazy(() => import('./views/experiments/experiment.tsx'))
const Queue = lazy(() => import('./views/queue/queue.tsx'))

export function Views() {
  const [path] = useLocation()
  return (
    <BrokenView path={path}>
      <Suspense fallback={<p className="loading" role="status">Loading …</p>}>
        <Switch>
          <Route path="/" component={Ask} />
          <Route path="/graph" component={Graph} />
          <Route path="/head/:model?/:head?" component={Head} />
          <Route path="/library" component={Library} />
          <Route path="/dataset/:slug" component={Dataset} />
          <Route path="/run/:id" component={Run} />
          <Route path="/features/:model/:source" component={Features} />
          <Route path="/feature/:model/:source/:index" component={Feature} />
          <Route path="/experiments" component={Experiments} />
          <Route path="/experiments/:id" component={Experiment} />
          <Route path="/queue" component={Queue} />
          <Route>
            <div className="note">
              <h1>There is no such view</h1>
              <p>The address may be of another version. <a href="/">Ask something</a> instead.</p>
            </div>
          </Route>
        </Switch>
      </Suspense>
    </BrokenView>
  )
}
