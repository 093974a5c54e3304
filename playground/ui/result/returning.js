// Runs outlive a reload: each browser tab keeps the ids of those that it waits for, and only while it is loaded again.
(() => {
  const pg = window.playground, KEY = 'playground-runs';
  pg.recalled = {};
  try {
    pg.recalled = JSON.parse(sessionStorage.getItem(KEY)) || {};
    sessionStorage.removeItem(KEY);
  } catch { /* a browser that keeps nothing */ }
  addEventListener('pagehide', () => {
    const runs = {};
    document.querySelectorAll('[data-run]').forEach((line) => { runs[line.dataset.task] = line.dataset.run; });
    try { if (Object.keys(runs).length) sessionStorage.setItem(KEY, JSON.stringify(runs)); } catch { /* as above */ }
  });

  // What comes for a task waits until its panel is on the page; only the newest of it counts, and what it names.
  pg.recall = ({props, tell, watch}) => {
    const known = {};
    let last = 0;
    watch('value', () => {
      const value = props.value;
      if (!value?.number || value.number === last) return;
      last = value.number;
      if (value.proof !== undefined) pg.showProof(value.proof);
      for (const [task, shown] of Object.entries(value.runs || {})) {
        if (pg.results[task]) { pg.results[task].show(shown); continue; }
        if (known[task]) { Object.assign(known[task], shown); continue; }
        known[task] = shown;
        pg.when('results', task, (place) => place.show(known[task]));
      }
    });
    if (Object.keys(pg.recalled).length) tell('take_up', {runs: pg.recalled});
  };
})();
