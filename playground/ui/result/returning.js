// Runs outlive a reload: each browser tab keeps what it waits for, and only while it is loaded again. Between the press of
// Generate and the server's first word that is what was asked for: if it was never heard, it is asked for again.
(() => {
  const pg = window.playground, KEY = 'playground-runs';
  try {
    pg.waits = JSON.parse(sessionStorage.getItem(KEY)) || {};
    sessionStorage.removeItem(KEY);
  } catch { /* a browser that keeps nothing */ }
  const keep = (waits) => {
    try { if (Object.keys(waits).length) sessionStorage.setItem(KEY, JSON.stringify(waits)); } catch { return false; }
    return true;
  };
  const each = (change) => Object.fromEntries(Object.entries(pg.waits).map(([task, wait]) => [task, change(wait)]));
  // What was asked for may hold a drawing that is larger than what a browser keeps: the names are kept then.
  addEventListener('pagehide', () => keep(pg.waits) || keep(each(({asked, ...wait}) => wait)));

  // Somebody pressed Generate. Who presses twice before a word came has pressed once, whichever of the two is heard.
  pg.pressed = (task, asked) => {
    const wait = pg.waits[task];
    if (wait && !wait.run) return {press: wait.press, again: true};
    const press = pg.name();
    if (!wait) pg.waits[task] = {press, asked};
    return {press};
  };
  // Something came, for a press that has a name or for none: what is said of an earlier one leaves this one waiting.
  pg.heard = (task, {press, ended}, run) => {
    const wait = pg.waits[task];
    if (press && wait && !wait.run && wait.press !== press) return;
    if (run) pg.waits[task] = {press, run};
    if (ended) delete pg.waits[task];
  };

  // What comes for a task waits until its panel is on the page; only the newest of it counts, and what it names.
  pg.recall = ({props, tell, watch}) => {
    const known = {};
    let last = 0;
    const askAgain = (task) => {
      const {press, asked} = pg.waits[task] ?? {};
      if (asked) pg.when('forms', task, (form) => form.again(press, asked));
      return Boolean(asked);
    };
    watch('value', () => {
      const value = props.value;
      if (!value?.number || value.number === last) return;
      last = value.number;
      if (value.proof !== undefined) pg.showProof(value.proof);
      for (const [task, shown] of Object.entries(value.runs || {})) {
        if (shown.unheard && askAgain(task)) continue;
        if (shown.unheard) shown.ended = true;
        if (pg.results[task]) { pg.results[task].show(shown); continue; }
        if (known[task]) { Object.assign(known[task], shown); continue; }
        known[task] = shown;
        pg.when('results', task, (place) => place.show(known[task]));
      }
    });
    const runs = {}, pressed = {};
    for (const [task, {run, press}] of Object.entries(pg.waits)) (run ? runs : pressed)[task] = run || press;
    if (Object.keys(pg.waits).length) tell('take_up', {runs, pressed});
  };
})();
