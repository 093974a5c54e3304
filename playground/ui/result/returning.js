// Runs outlive a reload: each browser tab keeps what it waits for, and only while it is loaded again. It keeps what was
// asked for, too: what the server never heard, or an app that was started again does not know, is asked for again.
(() => {
  const pg = window.playground, KEY = 'playground-runs';
  try {
    pg.waits = JSON.parse(sessionStorage.getItem(KEY)) || {};
    sessionStorage.removeItem(KEY);
    for (const wait of Object.values(pg.waits)) wait.taken = true;
  } catch { /* a browser that keeps nothing */ }
  const keep = (waits) => {
    try { if (Object.keys(waits).length) sessionStorage.setItem(KEY, JSON.stringify(waits)); } catch { return false; }
    return true;
  };
  const each = (change) => Object.fromEntries(Object.entries(pg.waits).map(([task, wait]) => [task, change(wait)]));
  // What was asked for may hold a drawing that is larger than what a browser keeps: the names are kept then.
  addEventListener('pagehide', () => keep(pg.waits) || keep(each(({asked, ...wait}) => wait)));

  // Somebody pressed Generate. Who presses twice before a word came has pressed once, whichever of the two is heard. Who
  // presses while a run goes on that was taken up wants this one instead; of others the first has to end.
  pg.pressed = (task, asked) => {
    const wait = pg.waits[task];
    if (wait && !wait.run) return {press: wait.press, again: true};
    const press = pg.name();
    if (!wait || wait.taken) pg.waits[task] = {press, asked, instead: wait?.run, boot: pg.boot};
    return {press};
  };
  // Something came, for a press that has a name or for none: what is said of an earlier one leaves this one waiting.
  pg.heard = (task, {press, ended}, run) => {
    const wait = pg.waits[task];
    if (press && wait?.press && wait.press !== press) return;
    if (run) pg.waits[task] = {...(press === wait?.press && wait), press, run, boot: pg.boot};
    if (ended) delete pg.waits[task];
  };

  // What comes for a task waits until its panel is on the page; only the newest of it counts, and what it names.
  pg.recall = ({props, tell, watch}) => {
    const known = {}, presses = {};
    let last = 0;
    // Of the same app, only a press without a word is unknown by mistake: a run has been stopped or given up meanwhile.
    const askAgain = (task) => {
      const wait = pg.waits[task];
      if (!wait?.asked || (wait.run && wait.boot === pg.boot)) return false;
      delete wait.run;
      delete wait.taken;
      pg.when('forms', task, (form) => form.again(wait));
      return true;
    };
    watch('value', () => {
      const value = props.value;
      if (!value?.number || value.number === last) return;
      last = value.number;
      if (value.proof !== undefined) pg.showProof(value.proof);
      for (const [task, told] of Object.entries(value.runs || {})) {
        const shown = {...told, press: presses[task]};
        if (shown.unknown && askAgain(task)) continue;
        if (pg.results[task]) { pg.results[task].show(shown); continue; }
        if (known[task]) { Object.assign(known[task], shown); continue; }
        known[task] = shown;
        pg.when('results', task, (place) => place.show(known[task]));
      }
    });
    const runs = {}, pressed = {};
    for (const [task, {run, press}] of Object.entries(pg.waits)) {
      presses[task] = press;
      (run ? runs : pressed)[task] = run || press;
    }
    if (Object.keys(pg.waits).length) tell('take_up', {runs, pressed});
  };
})();
